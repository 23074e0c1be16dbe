import { messageOf, UserError } from '../errors.ts'
import { chunksOf, requireSafePath } from './chunks.ts'
import { publicKeyOf } from './public-key.ts'
import { failed, runProgram } from './run-program.ts'
import type { Signer, SigningKey } from './signer.ts'
import { requireDetachedSignature, requireSignedPackages } from './verify.ts'

/**
 * Signs with a program of the operator: a front end of sigul, of a hardware token or of a signing server. The service
 * does not trust the program: it verifies each signature with the public key.
 *
 * COMMAND… sign-packages KEYID FILE… signs in place, COMMAND… sign-detached KEYID FILE writes FILE.asc, COMMAND…
 * public-key WANTED prints the armored key.
 */
export class CommandSigner implements Signer {
  private readonly command: readonly string[]
  private readonly timeoutMs: number

  /**
   * @param parts.command the program and its first arguments
   * @param parts.minutesMax time limit of one call, which signs some hundred packages at most
   */
  constructor(parts: { command: readonly string[]; minutesMax: number }) {
    this.command = parts.command
    this.timeoutMs = parts.minutesMax * 60_000
  }

  async signPackages(key: SigningKey, files: readonly string[]): Promise<void> {
    const chunks = chunksOf(files)
    for (const chunk of chunks) await this.run('sign-packages', key.id, ...chunk)
    if (chunks.length > 0) await requireSignedPackages(key, files, this.timeoutMs)
  }

  async signDetached(key: SigningKey, file: string): Promise<void> {
    requireSafePath(file)
    await this.run('sign-detached', key.id, file)
    await requireDetachedSignature(key, file, this.timeoutMs)
  }

  /** @throws InfraError too, when the program fails or prints no key: only the program knows which keys exist */
  async findKey(wanted: string): Promise<SigningKey> {
    if (wanted.startsWith('-'))
      throw new UserError(422, `"${wanted}" would be read as an option; name a key`, 'signing.key')
    const printed = await this.run('public-key', wanted)
    return publicKeyOf(printed).catch((cause: unknown) => {
      if (!(cause instanceof UserError)) throw cause
      throw failed(`${this.name} public-key printed no key for "${wanted}"`, messageOf(cause))
    })
  }

  async close(): Promise<void> {
    // Nothing runs between two calls.
  }

  private get name(): string {
    return this.command[0] ?? 'no program'
  }

  private async run(...args: readonly string[]): Promise<string> {
    const argv = [...this.command, ...args]
    const { code, stdout, stderr } = await runProgram(argv, { timeoutMs: this.timeoutMs, env: process.env })
    if (code !== 0) throw failed(`${this.name} ${args[0] ?? ''} failed (${code})`, stderr)
    return stdout
  }
}
