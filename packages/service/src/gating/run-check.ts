import { printable } from '../errors.ts'
import { checks } from './checks/index.ts'
import type { ModuleUnderTest } from './module-under-test.ts'
import type { TestResult } from './results.ts'

/** The names of all checks, in the order in which faults are told. */
export const checkNames: readonly string[] = Object.keys(checks)

/** At most so many faults are told in full. */
const faultsMax = 10

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
    detail: printable([...faults.slice(0, faultsMax), ...more].join('; ')),
  }
}
