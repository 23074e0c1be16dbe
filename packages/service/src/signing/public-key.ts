import { UserError } from '../errors.ts'
import { askGpg, withTemporaryHome } from './gpg.ts'
import { parseListedKeys } from './listed-keys.ts'
import type { SigningKey } from './signer.ts'

/** A key of one person with a few signatures has some kilobytes. */
const lengthMax = 1024 * 1024

const block = /-----BEGIN PGP PUBLIC KEY BLOCK-----\r?\n[^]*?\n-----END PGP PUBLIC KEY BLOCK-----/g

/**
 * Reads an armored public key. What stands around the armor is dropped.
 *
 * @throws UserError (422) for a text that holds no key, a private one, or more than one
 */
export async function publicKeyOf(armored: string): Promise<SigningKey> {
  if (armored.length > lengthMax) throw new UserError(422, 'a public key has less than a megabyte')
  if (armored.includes('-----BEGIN PGP PRIVATE KEY BLOCK-----'))
    throw new UserError(
      422,
      'this is a private key; give the public one (gpg --armor --export), and keep that one',
    )
  const blocks = armored.match(block) ?? []
  const [text, second] = blocks
  if (text === undefined)
    throw new UserError(422, 'this holds no armored public key; make one with gpg --armor --export')
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
    throw new UserError(422, `this is no public key that gpg can read: ${listed.stderr.trim()}`)
  return signingKeyOf(key, `${text.replaceAll('\r', '')}\n`)
}

/** What is known of a key everywhere, made of what gpg lists. */
export function signingKeyOf(key: { keyId: string; fingerprint: string }, publicKey: string): SigningKey {
  return { id: key.keyId.slice(-8).toLowerCase(), fingerprint: key.fingerprint, publicKey }
}

function moreThanOne(count: number): UserError {
  return new UserError(422, `this holds ${count} keys; give one (gpg --armor --export FINGERPRINT)`)
}
