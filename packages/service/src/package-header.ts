import { readRpmHeader, RpmReadError, type RpmHeader } from '@mbs/rpm'
import { UserError } from './errors.ts'
import { Pool } from './pool.ts'

const mebibyte = 1024 * 1024

/**
 * Limits of the headers that the service reads. rpm allows 256 MiB and a million values of each tag: read into memory,
 * ten such packages would end the process. The largest packages of distributions have some megabytes and 100,000 files.
 */
const limits = {
  bytesMax: 32 * mebibyte,
  valuesMax: 200_000,
  pathsMax: 32 * mebibyte,
  // V8 distinguishes longer texts by their length alone when they are keys.
  textMax: 8191,
}

/** Headers that this process reads at a time: the two headers of a package may have 96 MiB until they are parsed. */
const reads = new Pool(4)

/** Memory that one file or one dependency of a header takes besides its text, measured. */
const bytesPerItem = 150

/**
 * Reads the header of a package from outside.
 *
 * @throws {RpmReadError} when the file is no package, or exceeds the limits
 */
export function readHeader(path: string): Promise<RpmHeader> {
  return reads.run(() => readRpmHeader(path, limits))
}

/**
 * Reads the header of a package in the hub. The hub may have it from a time with other limits.
 *
 * @throws UserError (422)
 */
export async function readStoredHeader(path: string): Promise<RpmHeader> {
  try {
    return await readHeader(path)
  } catch (error) {
    throw error instanceof RpmReadError
      ? new UserError(422, `a package of the hub cannot be read: ${error.reason}`)
      : error
  }
}

/** The memory that a task may use for headers. */
export class HeaderBudget {
  private left: number

  constructor(bytesMax = 512 * mebibyte) {
    this.left = bytesMax
  }

  /** @throws UserError (422) when the headers of the task take too much together */
  take({ headerRange, files, requires, provides, conflicts, obsoletes }: RpmHeader, of: string): void {
    // Short texts are parts of the text of the whole tag, and keep it in memory.
    this.left -= headerRange[1] - headerRange[0]
    for (const { path } of files) this.left -= bytesPerItem + path.length
    for (const list of [requires, provides, conflicts, obsoletes]) this.left -= bytesPerItem * list.length
    if (this.left < 0) throw new UserError(422, `the packages in ${of} have too large headers together`)
  }
}
