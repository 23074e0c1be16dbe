import { createHash } from 'node:crypto'
import { InfraError } from '../errors.ts'

/** The SHA-256 of bytes, in lower-case hexadecimal, and how many they are. */
export interface Content {
  sha256: string
  size: number
}

/** Reads to the end. */
export async function contentOf(bytes: AsyncIterable<Uint8Array>): Promise<Content> {
  const digest = createHash('sha256')
  let size = 0
  for await (const chunk of bytes) {
    digest.update(chunk)
    size += chunk.length
  }
  return { sha256: digest.digest('hex'), size }
}

/**
 * The same bytes, of which the last come only once all are known to be right: nobody ever has the whole of a wrong
 * content.
 *
 * @throws InfraError at the end, when the bytes are not those of the digest
 */
export async function* verified(
  bytes: AsyncIterable<Uint8Array>,
  sha256: string,
): AsyncGenerator<Uint8Array, void> {
  const digest = createHash('sha256')
  let held: Uint8Array | undefined
  for await (const chunk of bytes) {
    digest.update(chunk)
    if (held !== undefined) yield held
    held = chunk
  }
  if (digest.digest('hex') !== sha256) throw wrongContent(sha256)
  if (held !== undefined) yield held
}

/**
 * Two parts of a digest that make a path of it: hundreds of folders instead of one with everything in it.
 *
 * @throws Error for what is no digest, and so may be no part of a path
 */
export function splitDigest(sha256: string): [folder: string, name: string] {
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw new Error(`"${sha256}" is no SHA-256`)
  return [sha256.slice(0, 2), sha256.slice(2)]
}

export function missingContent(sha256: string, options?: { cause: unknown }): InfraError {
  return new InfraError(
    'artifact store',
    `the content of ${sha256} is missing; bring it back from a backup, or from who made it`,
    options,
  )
}

export function wrongContent(sha256: string): InfraError {
  return new InfraError(
    'artifact store',
    `the content of ${sha256} is not what it was; bring it back from a backup, or from who made it`,
  )
}
