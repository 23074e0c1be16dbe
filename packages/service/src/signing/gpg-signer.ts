import { UserError } from '../errors.ts'
import { chunksOf, requireSafePath } from './chunks.ts'
import { GpgHome } from './gpg-home.ts'
import { environmentOf, gpg, unattendedText } from './gpg.ts'
import { keysMeant, parseListedKeys } from './listed-keys.ts'
import { publicKeyOf } from './public-key.ts'
import { failed, runProgram } from './run-program.ts'
import type { Signer, SigningKey } from './signer.ts'
import { requireDetachedSignature, requireSignedPackages } from './verify.ts'

/** The path of gpg in the distributions; rpm needs a path. */
const gpgProgram = '/usr/bin/gpg'

/** Signs with gpg and rpmsign, with secret keys in a folder of this machine. */
export class GpgSigner implements Signer {
  private readonly home: GpgHome
  private readonly timeoutMs: number

  /**
   * @param parts.home gpg's folder; the signer makes it, for this user only, if it does not exist
   * @param parts.minutesMax time limit of one call of a program, which signs some hundred packages at most
   */
  constructor(parts: { home: string; minutesMax: number }) {
    this.home = new GpgHome(parts.home)
    this.timeoutMs = parts.minutesMax * 60_000
  }

  async signPackages(key: SigningKey, files: readonly string[]): Promise<void> {
    const chunks = chunksOf(files)
    for (const chunk of chunks)
      await this.home.use(async (home) => {
        const argv = ['rpmsign', '--addsign', ...rpmsignMacros(home, key), ...chunk]
        const { code, stderr } = await runProgram(argv, {
          timeoutMs: this.timeoutMs,
          env: environmentOf(home),
        })
        if (code !== 0) throw failed(`rpmsign failed with the key ${key.id}`, stderr)
      })
    if (chunks.length > 0) await requireSignedPackages(key, files, this.timeoutMs)
  }

  async signDetached(key: SigningKey, file: string): Promise<void> {
    requireSafePath(file)
    const output = ['--armor', '--digest-algo', 'sha256', '--yes', '--output', `${file}.asc`]
    await this.gpg(['--local-user', primary(key), ...output, '--detach-sign', '--', file])
    await requireDetachedSignature(key, file, this.timeoutMs)
  }

  /** @throws UserError for a name that cannot be part of a user id */
  async makeKey(name: string): Promise<SigningKey> {
    if (!/^[^\s<>()\0-\x1f\x7f](?:[^<>()\0-\x1f\x7f]{0,198}[^\s<>()\0-\x1f\x7f])?$/.test(name))
      throw new UserError(422, `"${name}" cannot be part of a key's user id; use letters, digits and spaces`)
    // With --yes, because the new key of a rotation has the same user id as the old one.
    const make = ['--yes', '--status-fd', '1', '--quick-generate-key', '--', `${name} (Module Build Service)`]
    const status = await this.gpg([...make, 'rsa3072', 'sign', 'never'])
    const fingerprint = /^\[GNUPG:\] KEY_CREATED P ([0-9A-F]+)/m.exec(status)?.[1]
    if (fingerprint === undefined) throw failed('gpg made no key', status)
    return this.exportKey(fingerprint)
  }

  async findKey(wanted: string): Promise<SigningKey> {
    const keys = keysMeant(parseListedKeys(await this.gpg(['--with-colons', '--list-secret-keys'])), wanted)
    const [key] = keys
    if (key === undefined)
      throw new UserError(422, `there is no secret key "${wanted}" in ${this.home.folder}`, 'signing.key')
    const fingerprints = keys.map(({ fingerprint }) => fingerprint)
    if (keys.length > 1)
      throw new UserError(
        422,
        `"${wanted}" matches several keys; give the fingerprint of one: ${fingerprints.join(', ')}`,
        'signing.key',
      )
    const fault = key.fault ?? (key.canSign ? undefined : 'cannot sign by itself, only one below it')
    if (fault !== undefined)
      throw new UserError(422, `the key "${wanted}" (${key.fingerprint}) ${fault}`, 'signing.key')
    return this.exportKey(key.fingerprint)
  }

  async close(): Promise<void> {
    await this.home.endAgent()
  }

  private async exportKey(fingerprint: string): Promise<SigningKey> {
    return publicKeyOf(await this.gpg(['--armor', '--export', '--', fingerprint]))
  }

  private async gpg(args: readonly string[]): Promise<string> {
    return this.home.use((home) => gpg(home, args, { timeoutMs: this.timeoutMs }))
  }
}

/** Selects exactly this key: gpg would otherwise take its newest subkey, whose id no client knows. */
function primary(key: SigningKey): string {
  return `${key.fingerprint}!`
}

function rpmsignMacros(home: string, key: SigningKey): string[] {
  const macros = {
    _gpg_name: primary(key),
    _gpg_path: home.replaceAll('%', '%%'),
    __gpg: gpgProgram,
    _gpg_digest_algo: 'sha256',
    _gpg_sign_cmd_extra_args: unattendedText,
  }
  return Object.entries(macros).flatMap(([name, value]) => ['--define', `${name} ${value}`])
}
