/**
 * A file that is not a readable RPM. The message names the file, when it is known, and what is wrong with it.
 */
export class RpmReadError extends Error {
  readonly reason: string
  readonly file: string | undefined

  constructor(reason: string, options: { file?: string; cause?: unknown } = {}) {
    super(options.file === undefined ? reason : `${options.file}: ${reason}`, { cause: options.cause })
    this.name = 'RpmReadError'
    this.reason = reason
    this.file = options.file
  }
}
