import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const execute = promisify(execFile)

/** Runs a read-only program of the host, and returns its standard output. */
export async function hostRun(program: string, args: string[]): Promise<string> {
  try {
    const env = { ...process.env, LC_ALL: 'C.UTF-8' }
    const { stdout } = await execute(program, args, { maxBuffer: 512 * 1024 * 1024, env })
    return stdout
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.trim() : String(cause)
    throw new Error(
      `cannot read the host's packages with ${program}: ${reason}; is ${program} installed and its database readable?`,
      {
        cause,
      },
    )
  }
}
