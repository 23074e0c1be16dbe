import { createHash } from 'node:crypto'
import { InfraError } from '../errors.ts'

/** The SHA-256 of bytes, in lower-case hexadecimal, and their number. */
export interface Content {
  sha256: string
  size: number
}

/** Reads the bytes to their end. */
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
 * Yields the same bytes. The last chunk follows only when all bytes are known to be right, so that no reader ever gets
 * the whole of a wrong content.
 *
 * @throws InfraError at the end, when the bytes do not match the digest
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
 * Splits a digest into the two parts of its path, for hundreds of folders instead of a single one.
 *
 * @throws Error for a text that is no digest, which must not become a part of a path
 */
export function splitDigest(sha256: string): [folder: string, name: string] {
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw new Error(`"${sha256}" is not a SHA-256`)
  return [sha256.slice(0, 2), sha256.slice(2)]
}

export function missingContent(sha256: string, options?: { cause: unknown }): InfraError {
  return new InfraError(
    'artifact store',
    `the content of ${sha256} is missing; restore it from a backup, or from its builder`,
    options,
  )
}

export function wrongContent(sha256: string): InfraError {
  return new InfraError(
    'artifact store',
    `the content of ${sha256} is damaged; restore it from a backup, or from its builder`,
  )
}
