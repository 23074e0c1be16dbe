import path from 'node:path'
import { RepodataError, writeRepodata, type RepodataRequest, type RunProgram } from '@mbs/repodata'
import { excerpt, InfraError, UserError } from '../errors.ts'
import { machineFault, wasKilled } from './machine-fault.ts'
import { runConfined, type BuildUser } from './run-confined.ts'

/**
 * Returns a function that runs the generators of repository metadata confined, because they read packages from foreign
 * specs.
 */
export function confinedRepodata(user: BuildUser): RunProgram {
  return async (argv, folders) => {
    const result = await runConfined(
      user,
      {
        root: { kind: 'host' },
        identity: 'root',
        binds: [
          ...folders.readable.map((path) => ({ path, writable: false })),
          ...folders.writable.map((path) => ({ path, writable: true })),
        ],
      },
      argv,
    )
    const [output] = folders.writable
    if (result.code === 0 || output === undefined) return result
    const program = path.basename(argv[0] ?? '')
    if (wasKilled(result))
      throw new InfraError(
        'this machine',
        `${program} took too long or was killed: ${excerpt(result.stderr)}`,
      )
    const fault = await machineFault(output, result)
    if (fault !== undefined) throw fault
    return result
  }
}

/**
 * Writes the metadata of a repository with packages from foreign specs.
 *
 * @throws UserError (422) for a package that cannot be described in metadata, InfraError when the machine is at fault
 */
export async function makeRepodata(user: BuildUser, request: Omit<RepodataRequest, 'run'>): Promise<void> {
  try {
    await writeRepodata({ ...request, run: confinedRepodata(user) })
  } catch (error) {
    throw error instanceof RepodataError ? new UserError(422, excerpt(error.message)) : error
  }
}
