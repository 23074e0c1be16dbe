import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { UserError } from '../errors.ts'
import { GpgSigner } from './gpg-signer.ts'
import { publicKeyOf } from './public-key.ts'
import type { SigningKey } from './signer.ts'

let home: string
let signer: GpgSigner
let keys: [SigningKey, SigningKey]

beforeAll(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'mbs-test-signing-'))
  signer = new GpgSigner({ home, minutesMax: 1 })
  keys = [await signer.makeKey('one'), await signer.makeKey('two')]
})
afterAll(async () => {
  await signer.close()
  await rm(home, { recursive: true, force: true })
})

const exported = async (...args: string[]) => {
  const options = ['--homedir', home, '--batch', '--pinentry-mode', 'loopback', '--passphrase', '', '--armor']
  return (await execa('gpg', [...options, ...args])).stdout
}

test('a public key is read with its fingerprint and its key id, whatever stands around it', async () => {
  const [key] = keys
  expect(await publicKeyOf(key.publicKey)).toEqual(key)
  expect(await publicKeyOf(`My key:\r\n${key.publicKey.replaceAll('\n', '\r\n')}Yours`)).toEqual(key)
})

test('a text without exactly one public key is refused', async () => {
  const [one, two] = keys
  const garbled = '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nbm90aGluZw==\n-----END PGP PUBLIC KEY BLOCK-----\n'
  for (const [text, reason] of [
    ['', /not an armored public key/],
    ['garbage', /not an armored public key/],
    [garbled, /gpg cannot read this public key/],
    [one.publicKey.slice(0, 200), /not an armored public key/],
    [one.publicKey + two.publicKey, /contains 2 keys/],
    [await exported('--export'), /contains 2 keys/],
    [await exported('--export-secret-keys', one.fingerprint), /is a private key/],
    ['x'.repeat(2_000_000), /larger than 1 MiB, the limit/],
  ] as const) {
    const refusal: unknown = await publicKeyOf(text).catch((error: unknown) => error)
    expect(refusal).toBeInstanceOf(UserError)
    expect(refusal).toMatchObject({ status: 422, message: expect.stringMatching(reason) as string })
  }
})
