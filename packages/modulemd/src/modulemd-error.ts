import { type Problem, formatProblem } from './problem.ts'

/** An error with all problems of unusable documents. */
export class ModulemdError extends Error {
  readonly problems: Problem[]

  constructor(problems: Problem[]) {
    super(messageOf(problems))
    this.name = 'ModulemdError'
    this.problems = problems
  }
}

/** Builds a message whose first line is complete: the first problem and the number of others. */
function messageOf(problems: Problem[]): string {
  const [first = 'the modulemd is not usable', ...others] = problems.map(formatProblem)
  if (others.length === 0) return first
  const more = others.length === 1 ? 'and 1 more problem' : `and ${others.length} more problems`
  return [`${first} (${more})`, ...others].join('\n')
}
