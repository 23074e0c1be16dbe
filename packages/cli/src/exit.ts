/** What the command's exit code means; scripts rely on it. */
export const exitCodes = {
  success: 0,
  /** What was asked for did not succeed: a build failed, a request was refused. */
  failed: 1,
  /** Wrong words, options or configuration. */
  usage: 2,
  /** The service does not answer. */
  unreachable: 3,
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** An end with a code of its own. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
  readonly code: ExitCode

  constructor(code: ExitCode, message: string) {
    super(message)
    this.code = code
  }
}

/** Says what is wrong on the error stream, and ends. */
export function fail(code: ExitCode, error: unknown): never {
  console.error(`mbs: ${error instanceof Error ? error.message : String(error)}`)
  process.exit(error instanceof CommandError ? error.code : code)
}
