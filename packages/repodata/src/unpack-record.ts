import { createHash } from 'node:crypto'
import type { MetadataRecord } from './read-repomd.ts'
import { unpack } from './unpack.ts'

/**
 * What a file of the metadata holds, as `repomd.xml` says: all of it, and nothing else. That the file is the one that
 * is meant, the caller has looked at.
 *
 * @param bytesMax as of `unpack`
 * @throws Error when it cannot be unpacked, is larger, or is not what `repomd.xml` says
 */
export function unpackRecord(
  { open }: Pick<MetadataRecord, 'open'>,
  bytes: Uint8Array,
  bytesMax: number,
): Uint8Array {
  const content = unpack(bytes, bytesMax)
  if (open.size !== undefined && open.size !== content.length)
    throw new Error(`unpacked it has ${content.length} bytes; repomd.xml says ${open.size} (open-size)`)
  if (open.checksum === undefined) return content
  const { type, hex } = open.checksum
  const actual = createHash(type).update(content).digest('hex')
  if (actual !== hex)
    throw new Error(`unpacked it has the ${type} ${actual}; repomd.xml says ${hex} (open-checksum)`)
  return content
}
