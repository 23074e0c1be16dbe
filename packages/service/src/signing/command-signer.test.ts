import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { processesOf } from '../../test/support/processes.ts'
import { InfraError } from '../errors.ts'
import { CommandSigner } from './command-signer.ts'
import { GpgSigner } from './gpg-signer.ts'
import { publicKeyOf } from './public-key.ts'
import { clientVerifies, makePackages } from './packages.testing.ts'
import type { SigningKey } from './signer.ts'

let folder: string
let packages: string[]
let token: GpgSigner
let key: SigningKey
let other: SigningKey
let document: string

/** Writes an operator's program with these lines of shell. */
async function program(name: string, script: string): Promise<string[]> {
  const file = path.join(folder, name)
  await writeFile(file, `#!/bin/sh\nset -eu\n${script}\n`)
  await chmod(file, 0o755)
  return [file]
}

const signerOf = (command: readonly string[], minutesMax = 1) => new CommandSigner({ command, minutesMax })

/**
 * Signs with a home of its own, as a front end of a token would. It uses the key `fingerprint`, whichever key the
 * caller names.
 */
const honest = (fingerprint: string) => `
verb=$1; key=$2; shift 2
export GNUPGHOME=${folder}/token
case $verb in
  sign-packages) rpmsign --addsign --define "_gpg_name ${fingerprint}" --define "__gpg /usr/bin/gpg" "$@" ;;
  sign-detached) gpg --batch --yes --local-user ${fingerprint} --armor --output "$1.asc" --detach-sign "$1" ;;
  public-key) gpg --batch --armor --export "$key" ;;
esac`

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'mbs-test-signing-'))
  packages = await makePackages(folder, 4)
  document = path.join(folder, 'repomd.xml')
  await writeFile(document, '<repomd/>')
  token = new GpgSigner({ home: path.join(folder, 'token'), minutesMax: 1 })
  key = await token.makeKey('token')
  other = await token.makeKey('other')
})
afterAll(async () => {
  await token.close()
  await rm(folder, { recursive: true, force: true })
})

test('a program signs packages and documents, and tells its key', async () => {
  const signer = signerOf(await program('honest', honest(key.fingerprint)))
  expect(await signer.findKey('token')).toEqual(key)
  const files = packages.splice(0, 2)
  await signer.signPackages(key, files)
  for (const file of files) expect(await clientVerifies(folder, key.publicKey, file)).toBe(true)
  await signer.signDetached(key, document)
  expect(await readFile(`${document}.asc`, 'utf8')).toMatch(/^-----BEGIN PGP SIGNATURE-----/)
  await rm(`${document}.asc`)
  await signer.close()
})

test('a program gets its first arguments, the verb, the key id and the files', async () => {
  const [file = ''] = await program('tell', 'echo "$@" >&2; exit 3')
  const signing = signerOf([file, '--to', 'token']).signPackages(key, ['/a b', '/c'])
  await expect(signing).rejects.toThrow(`failed (3): --to token sign-packages ${key.id} /a b /c`)
  await expect(signing).rejects.toThrow(InfraError)
})

test('a program that says it has signed and has not is not believed', async () => {
  const signer = signerOf(await program('liar', 'true'))
  const [file = ''] = packages
  await expect(signer.signPackages(key, [file])).rejects.toThrow(/packages are not signed by .*demo-/)
  await expect(signer.signDetached(key, document)).rejects.toThrow(/there is no .*repomd\.xml\.asc/)
  await expect(signer.findKey('token')).rejects.toThrow(InfraError)
})

test('a program that signs with another key is not believed', async () => {
  const signer = signerOf(await program('mistaken', honest(other.fingerprint)))
  const [file = ''] = packages.splice(0, 1)
  await expect(signer.signPackages(key, [file])).rejects.toThrow(/packages are not signed by/)
  await expect(signer.signDetached(key, document)).rejects.toThrow(/is not a signature by/)
})

test('a program that damages a package is not believed', async () => {
  const script = `${honest(key.fingerprint)}\nprintf x | dd of="$1" bs=1 seek=5000 conv=notrunc 2>/dev/null`
  const signer = signerOf(await program('clumsy', script))
  const [file = ''] = packages.splice(0, 1)
  await expect(signer.signPackages(key, [file])).rejects.toThrow(/packages are not signed by/)
})

test('an old signature does not pass for that of a changed document', async () => {
  await signerOf(await program('honest', honest(key.fingerprint))).signDetached(key, document)
  await writeFile(document, '<repomd>changed</repomd>')
  await expect(signerOf(await program('liar', 'true')).signDetached(key, document)).rejects.toThrow(
    /is not a signature by/,
  )
})

test('a signature by a key that has expired since is none', async () => {
  const place = path.join(folder, 'token')
  const then = ['--homedir', place, '--batch', '--passphrase', '', '--faked-system-time', '20200101T000000']
  await execa('gpg', [...then, '--quick-generate-key', 'expired', 'rsa2048', 'sign', '1d'])
  const list = await execa('gpg', ['--homedir', place, '--armor', '--export', 'expired'])
  const expired = await publicKeyOf(list.stdout)
  const script = `gpg --homedir ${place} --batch --faked-system-time 20200101T000000 --yes --local-user expired --armor --output "$3.asc" --detach-sign "$3"`
  const signer = signerOf(await program('late', script))
  await expect(signer.signDetached(expired, document)).rejects.toThrow(/is not a signature by/)
})

test('a program that hangs is killed with what it has started, even what holds its output', async () => {
  const signer = signerOf(await program('hanging', 'setsid sleep 7 & sleep 986532'), 0.01)
  await expect(signer.signPackages(key, ['/a'])).rejects.toThrow(/hanging took longer than 0\.01 min/)
  // A killed process disappears a moment later.
  await expect.poll(() => processesOf('sleep 986532')).toEqual([])
}, 5000)

test('a program that prints without end is stopped', async () => {
  const signer = signerOf(await program('noisy', 'exec yes'))
  await expect(signer.findKey('token')).rejects.toThrow(/noisy prints without end/)
})

test('a program that is not there is a fault of what we lean on', async () => {
  await expect(signerOf(['/nowhere/sign']).signDetached(key, document)).rejects.toThrow(
    'signing: cannot run /nowhere/sign',
  )
})
