import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { type RpmHeader } from './rpm-header.ts'
import { RpmReadError } from './rpm-read-error.ts'

/**
 * Computes the MD5 of a package's main header and payload from its bytes, in hexadecimal. It identifies the
 * package regardless of its signatures (`sigmd5`): a signature changes only the signature header. The file is
 * read as a stream.
 *
 * @param header the result of {@link readRpmHeader} for the same file
 * @throws {RpmReadError} when the signature header has another MD5; an error of the file system passes as it is
 */
export async function contentMd5(path: string, header: RpmHeader): Promise<string> {
  const digest = createHash('md5')
  await pipeline(createReadStream(path, { start: header.headerRange[0] }), digest)
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
