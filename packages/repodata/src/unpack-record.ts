import { createHash } from 'node:crypto'
import type { MetadataRecord } from './read-repomd.ts'
import { unpack } from './unpack.ts'

/**
 * Unpacks a metadata file and checks the content against its size and checksum in `repomd.xml`. The caller has
 * already checked the compressed file.
 *
 * @param bytesMax as in `unpack`
 * @throws Error when the file cannot be unpacked, is larger, or differs from `repomd.xml`
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
