import { type Problem, formatProblem } from './problem.ts'

/** Documents that cannot be used, with everything that is wrong with them. */
export class ModulemdError extends Error {
  readonly problems: Problem[]

  constructor(problems: Problem[]) {
    super(messageOf(problems))
    this.name = 'ModulemdError'
    this.problems = problems
  }
}

/** The first line can stand alone: it tells the first problem and how many follow. */
function messageOf(problems: Problem[]): string {
  const [first = 'the modulemd is not usable', ...others] = problems.map(formatProblem)
  if (others.length === 0) return first
  const more = others.length === 1 ? 'and 1 more problem' : `and ${others.length} more problems`
  return [`${first} (${more})`, ...others].join('\n')
}
