import { RepodataError, writeRepodata, type RepodataRequest, type RunProgram } from '@mbs/repodata'
import { excerpt, UserError } from '../errors.ts'
import { runConfined, type BuildUser } from './run-confined.ts'

/**
 * Returns a function that runs the generators of repository metadata confined, because they read packages from foreign
 * specs.
 */
export function confinedRepodata(user: BuildUser): RunProgram {
  return async (argv, folders) =>
    runConfined(
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
}

/**
 * Writes the metadata of a repository with packages from foreign specs.
 *
 * @throws UserError (422) for a package that cannot be described in metadata
 */
export async function makeRepodata(user: BuildUser, request: Omit<RepodataRequest, 'run'>): Promise<void> {
  try {
    await writeRepodata({ ...request, run: confinedRepodata(user) })
  } catch (error) {
    throw error instanceof RepodataError ? new UserError(422, excerpt(error.message)) : error
  }
}
