import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { measureRpm } from './layout.ts'
import { type HeaderLimits, type RpmHeader, parseRpmHeader } from './rpm-header.ts'
import { RpmReadError } from './rpm-read-error.ts'

/**
 * Reads the headers of an RPM file: the lead, the signature header and the main header, never the payload.
 *
 * @throws {RpmReadError} that names the file and the fault; an error of the file system (a missing file, a broken disk)
 *   is no fault of the package and passes as it is
 */
export async function readRpmHeader(path: string, limits?: HeaderLimits): Promise<RpmHeader> {
  try {
    // Without O_NONBLOCK, opening a named pipe would wait for a writer.
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      return parseRpmHeader(await readHeaders(file, limits?.bytesMax), limits)
    } finally {
      await file.close()
    }
  } catch (error) {
    if (error instanceof RpmReadError) throw new RpmReadError(error.reason, { file: path })
    if (error instanceof Error && 'syscall' in error) throw error
    throw new RpmReadError(error instanceof Error ? error.message : String(error), {
      file: path,
      cause: error,
    })
  }
}

async function readHeaders(file: FileHandle, bytesMax = Infinity): Promise<Buffer> {
  const stat = await file.stat()
  if (!stat.isFile()) throw new RpmReadError('this is not a regular file')
  let bytes = Buffer.alloc(0)
  for (;;) {
    const measure = measureRpm(bytes)
    if ('places' in measure) return bytes
    // This check comes before the allocation: a header may claim more bytes than the file has.
    if (measure.needed > stat.size) {
      throw new RpmReadError(`the headers need ${measure.needed} bytes, the file has ${stat.size}`)
    }
    const size = 'mainStart' in measure ? measure.needed - measure.mainStart : 0
    if (size > bytesMax)
      throw new RpmReadError(`the main header has ${size} bytes; at most ${bytesMax} are read`)
    bytes = Buffer.concat([bytes, await readRange(file, bytes.length, measure.needed)])
  }
}

async function readRange(file: FileHandle, start: number, end: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(end - start), 0, end - start, start)
  if (bytesRead < end - start) throw new RpmReadError('the file became shorter while it was read')
  return buffer
}
