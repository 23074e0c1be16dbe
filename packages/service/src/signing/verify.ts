import { open, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { InfraError } from '../errors.ts'
import { chunksOf } from './chunks.ts'
import { askGpg, environmentOf, gpg, withTemporaryHome } from './gpg.ts'
import { failed, runProgram } from './run-program.ts'
import type { SigningKey } from './signer.ts'

/**
 * Makes sure that packages are intact and have a signature of this key and no other, with the check of a client that
 * has only this key. An exit code of 0 does not prove it: rpmsign returns 0 for some failures, and an operator's
 * program may return it for any failure.
 *
 * @param files absolute paths
 * @throws InfraError that names the first packages that are not signed
 */
export async function requireSignedPackages(
  key: SigningKey,
  files: readonly string[],
  timeoutMs: number,
): Promise<void> {
  await withTemporaryHome(async (home) => {
    const keyFile = path.join(home, 'key.asc')
    await writeFile(keyFile, key.publicKey)
    const rpmkeys = (args: readonly string[]) =>
      runProgram(['rpmkeys', '--dbpath', path.join(home, 'rpm'), ...args], {
        timeoutMs,
        env: environmentOf(home),
      })
    const imported = await rpmkeys(['--import', keyFile])
    if (imported.code !== 0) throw failed(`rpmkeys takes no key ${key.id}`, imported.stderr)
    for (const chunk of chunksOf(files)) {
      // Without the level, rpmkeys accepts a package without a signature. Other flags would disable checks.
      const level = ['--define', '_pkgverify_level signature', '--define', '_pkgverify_flags 0x0']
      const { code, stdout, stderr } = await rpmkeys([...level, '--checksig', ...chunk])
      if (code === 0) continue
      const bad = stdout
        .split('\n')
        .filter((line) => line !== '' && !line.endsWith(': digests signatures OK'))
      throw failed(`packages are not signed by ${key.id}: ${bad.slice(0, 5).join('; ')}`, stderr)
    }
  })
}

/**
 * Makes sure that `FILE.asc` is an armored signature of that file by this key.
 *
 * @throws InfraError when it is not
 */
export async function requireDetachedSignature(
  key: SigningKey,
  file: string,
  timeoutMs: number,
): Promise<void> {
  if (!(await beginsWith(`${file}.asc`, '-----BEGIN PGP SIGNATURE-----')))
    throw new InfraError('signing', `${file}.asc is not an armored signature`)
  const { stdout, stderr } = await withTemporaryHome(async (home) => {
    await gpg(home, ['--no-autostart', '--import'], { timeoutMs, stdin: key.publicKey })
    return askGpg(home, ['--no-autostart', '--status-fd', '1', '--verify', '--', `${file}.asc`, file], {
      timeoutMs,
    })
  })
  // gpg prints GOODSIG only for a good signature of a key that may sign, and this key is the only one. The exit code
  // does not suffice: it is 0 for an expired key too.
  if (!/^\[GNUPG:\] GOODSIG /m.test(stdout))
    throw failed(`${file}.asc is not a signature by ${key.id}`, stderr)
}

async function beginsWith(file: string, text: string): Promise<boolean> {
  const handle = await open(file).catch((cause: unknown) => {
    throw new InfraError('signing', `there is no ${file}`, { cause })
  })
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(text.length), 0, text.length, 0)
    return buffer.toString('latin1', 0, bytesRead) === text
  } finally {
    await handle.close()
  }
}
