import { pathOf } from '../path.ts'
import { FAULTS_MAX, type Problem, TOO_MANY } from '../problem.ts'
import type { StreamFault } from './stream-fault.ts'

/** Converts faults to problems without a place in a text, up to a limit. One more says that the list is incomplete. */
export function problemsOf(faults: Iterable<StreamFault>): Problem[] {
  const problems: Problem[] = []
  for (const { code, message, remedy, path } of faults) {
    if (problems.length === FAULTS_MAX) return [...problems, { ...TOO_MANY, line: 0, column: 0, path: '' }]
    problems.push({ code, message, remedy, line: 0, column: 0, path: pathOf(['data', ...path]) })
  }
  return problems
}
