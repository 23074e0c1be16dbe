import { readRpmHeader, type RpmHeader } from '@mbs/rpm'

/**
 * Limits of the headers that the service reads. rpm allows 256 MiB and a million values of each tag: read into memory,
 * ten such packages would end the process. The largest packages of distributions have some megabytes and 100,000 files.
 */
const limits = { bytesMax: 32 * 1024 * 1024, valuesMax: 200_000 }

/**
 * Reads the header of a package from outside.
 *
 * @throws {RpmReadError} when the file is no package, or exceeds the limits
 */
export function readHeader(path: string): Promise<RpmHeader> {
  return readRpmHeader(path, limits)
}
