// The command `mbs`.
import { exitCodes, fail } from './exit.ts'
import { mbs } from './program.ts'

await mbs()
  .parseAsync()
  .catch((error: unknown) => fail(exitCodes.failed, error))
