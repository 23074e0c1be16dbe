/** Exit codes of the command. Scripts rely on their meaning. */
export const exitCodes = {
  success: 0,
  /** The command did not succeed: a build failed, or the service refused a request. */
  failed: 1,
  /** Wrong words, options or configuration. */
  usage: 2,
  /** The service does not answer. */
  unreachable: 3,
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** An error with its own exit code. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
  readonly code: ExitCode

  constructor(code: ExitCode, message: string) {
    super(message)
    this.code = code
  }
}

/** Returns the text of any thrown value. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** Prints the error on the error stream and ends the process. */
export function fail(code: ExitCode, error: unknown): never {
  console.error(`mbs: ${messageOf(error)}`)
  process.exit(error instanceof CommandError ? error.code : code)
}
