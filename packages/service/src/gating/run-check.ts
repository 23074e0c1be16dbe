import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { shown } from '../errors.ts'
import { inFreshFolder, type BuildUser } from '../sandbox/index.ts'
import { checks } from './checks/index.ts'
import type { ModuleUnderTest } from './module-under-test.ts'
import type { TestResult } from './results.ts'

/** The checks that a module must pass to become ready. */
export interface Checks {
  /** In the order in which faults are reported. */
  names: readonly string[]
  run(name: string, module: CheckedModule): Promise<TestResult>
}

/** The data of a module that its build gives to the checks. */
export type CheckedModule = Omit<ModuleUnderTest, 'user' | 'scratch'>

/** Maximum number of faults that are reported in full. */
const faultsMax = 10

/** Returns the service's own checks, which may work in folders below `scratchDir` as `user`. */
export function ownChecks(scratchDir: string, user: BuildUser): Checks {
  return {
    names: Object.keys(checks),
    run: async (name, module) => {
      await mkdir(scratchDir, { recursive: true })
      return inFreshFolder(path.join(scratchDir, 'check'), (scratch) =>
        runCheck(name, { ...module, user, scratch }),
      )
    },
  }
}

/** Runs one check on a module. */
export async function runCheck(name: string, module: ModuleUnderTest): Promise<TestResult> {
  const check = checks[name]
  if (check === undefined) throw new Error(`there is no check ${name}`)
  const { faults, looked } = await check(module)
  if (faults.length === 0) return { testcase: name, outcome: 'passed', detail: looked }
  const more = faults.length > faultsMax ? [`and ${faults.length - faultsMax} more`] : []
  return {
    testcase: name,
    outcome: 'failed',
    detail: shown([...faults.slice(0, faultsMax), ...more].join('; ')),
  }
}
