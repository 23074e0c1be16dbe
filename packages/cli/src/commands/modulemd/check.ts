import { type ModulemdDocument, type Problem, formatProblem, readDrafts } from '@mbs/modulemd'
import { exitCodes } from '../../exit.ts'
import type { GlobalOptions } from '../../global-options.ts'
import { tryInput } from '../../modulemd-input.ts'

/** The problems of one file. */
interface FileReport {
  file: string
  documents: number
  problems: Problem[]
}

/** `mbs modulemd check`: reports whether libmodulemd accepts the files, and all their problems. */
export function modulemdCheck(
  global: GlobalOptions,
  files: readonly string[],
  options: { strict: boolean },
): void {
  const reports = files.map((file) => check(file, options.strict))
  if (global.json) console.log(JSON.stringify(reports))
  else for (const line of linesOf(reports)) console.log(line)
  if (reports.some(({ problems }) => problems.length > 0)) process.exitCode = exitCodes.failed
}

function check(file: string, strict: boolean): FileReport {
  const { text, problem } = tryInput(file)
  if (problem !== undefined) return { file, documents: 0, problems: [problem] }
  const { index, drafts, problems } = readDrafts(text, { strict })
  const documents: ModulemdDocument[] = [...drafts, ...index.documents]
  return { file, documents: documents.length, problems }
}

function linesOf(reports: readonly FileReport[]): string[] {
  const problems = reports.flatMap((report) =>
    report.problems.map((problem) => `${report.file}: ${formatProblem(problem)}`),
  )
  const refused = reports.filter((report) => report.problems.length > 0).length
  const documents = reports.reduce((sum, report) => sum + report.documents, 0)
  const total = `${count(reports.length, 'file')}, ${count(documents, 'good document')}`
  return [...problems, refused === 0 ? total : `${total}, ${count(refused, 'file')} refused`]
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`
}
