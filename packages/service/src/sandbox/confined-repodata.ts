import type { RunProgram } from '@mbs/repodata'
import { runConfined, type BuildUser } from './run-confined.ts'

/** Runs the makers of repository metadata confined: they read packages that other people's specs made. */
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
