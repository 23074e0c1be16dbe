import { type Problem, formatProblem } from './problem.ts'

/** An error with all problems of unusable documents. Its message tells the first ones. */
export class ModulemdError extends Error {
  readonly problems: Problem[]

  constructor(problems: Problem[]) {
    super(messageOf(problems))
    this.name = 'ModulemdError'
    this.problems = problems
  }
}

/** Enough for a message; `problems` has all of them. */
const LINES_MAX = 20

/** Builds a message whose first line is complete: the first problem and the number of others. */
function messageOf(problems: Problem[]): string {
  const shown = problems.slice(0, LINES_MAX).map(formatProblem)
  const [first = 'the modulemd is not usable', ...others] = shown
  if (others.length === 0) return first
  const hidden = problems.length - shown.length
  const rest = hidden === 0 ? [] : [`and ${hidden} more`]
  return [`${first} (${moreOf(problems.length - 1)})`, ...others, ...rest].join('\n')
}

function moreOf(count: number): string {
  return count === 1 ? 'and 1 more problem' : `and ${count} more problems`
}
