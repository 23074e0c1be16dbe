import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { type RpmHeader } from './rpm-header.ts'
import { RpmReadError } from './rpm-read-error.ts'

/**
 * The MD5 of a package's main header and payload, hexadecimal, computed from its bytes: what the package is, whoever has
 * signed it (`sigmd5`; a signature changes the signature header alone). The file is read as a stream.
 *
 * @param header what {@link readRpmHeader} has read of the same file
 * @throws {RpmReadError} when the file says another one of itself, or cannot be read
 */
export async function contentMd5(path: string, header: RpmHeader): Promise<string> {
  const digest = createHash('md5')
  try {
    await pipeline(createReadStream(path, { start: header.headerRange[0] }), digest)
  } catch (error) {
    throw new RpmReadError(error instanceof Error ? error.message : String(error), {
      file: path,
      cause: error,
    })
  }
  const found = digest.digest('hex')
  if (header.signatureMd5 !== undefined && header.signatureMd5 !== found)
    throw new RpmReadError(
      `its content has the MD5 ${found}, its signature header says ${header.signatureMd5}`,
      {
        file: path,
      },
    )
  return found
}
