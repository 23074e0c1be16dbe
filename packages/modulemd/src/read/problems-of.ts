import type { Problem } from '../problem.ts'
import { lineStartsOf, positionIn } from './positions.ts'
import type { Fault } from './report.ts'

/** Converts faults to problems, in the order of the text. */
export function problemsOf(text: string, faults: readonly Fault[]): Problem[] {
  if (faults.length === 0) return []
  const lineStarts = lineStartsOf(text)
  return faults
    .toSorted((a, b) => a.at - b.at)
    .map(({ code, message, remedy, path, at }) => ({
      code,
      message,
      remedy,
      ...positionIn(lineStarts, at),
      path,
    }))
}
