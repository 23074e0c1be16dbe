/** An error about a file that is not a readable RPM. The message names the file, if known, and the fault. */
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
