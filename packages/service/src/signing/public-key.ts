import { UserError } from '../errors.ts'
import { askGpg, withTemporaryHome } from './gpg.ts'
import { parseListedKeys } from './listed-keys.ts'
import type { SigningKey } from './signer.ts'

/** Maximum length of a key: a personal key with a few signatures has some kilobytes. */
const lengthMax = 1024 * 1024

const block = /-----BEGIN PGP PUBLIC KEY BLOCK-----\r?\n[^]*?\n-----END PGP PUBLIC KEY BLOCK-----/g

/**
 * Reads an armored public key. Ignores the text around the armor.
 *
 * @throws UserError (422) for a text that has no key, a private key, or more than one key
 */
export async function publicKeyOf(armored: string): Promise<SigningKey> {
  if (armored.length > lengthMax) throw new UserError(422, 'the public key is larger than 1 MiB, the limit')
  if (armored.includes('-----BEGIN PGP PRIVATE KEY BLOCK-----'))
    throw new UserError(
      422,
      'this is a private key; give the public key (gpg --armor --export), and keep the private key secret',
    )
  const blocks = armored.match(block) ?? []
  const [text, second] = blocks
  if (text === undefined)
    throw new UserError(422, 'this is not an armored public key; make one with gpg --armor --export')
  if (second !== undefined) throw moreThanOne(blocks.length)
  const listed = await withTemporaryHome((home) =>
    askGpg(home, ['--no-autostart', '--with-colons', '--show-keys'], {
      timeoutMs: 60_000,
      stdin: `${text}\n`,
    }),
  )
  const keys = parseListedKeys(listed.stdout)
  const [key] = keys
  if (keys.length > 1) throw moreThanOne(keys.length)
  if (key === undefined || key.isSecret || key.fingerprint === '')
    throw new UserError(422, `gpg cannot read this public key: ${listed.stderr.trim()}`)
  return signingKeyOf(key, `${text.replaceAll('\r', '')}\n`)
}

/** Returns the public data of a key, from gpg's list. */
export function signingKeyOf(key: { keyId: string; fingerprint: string }, publicKey: string): SigningKey {
  return { id: key.keyId.slice(-8).toLowerCase(), fingerprint: key.fingerprint, publicKey }
}

function moreThanOne(count: number): UserError {
  return new UserError(422, `this contains ${count} keys; give one (gpg --armor --export FINGERPRINT)`)
}
