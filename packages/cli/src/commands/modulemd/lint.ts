import { existsSync, readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import {
  type Finding,
  findingOfProblem,
  LINT_RULES,
  type LintPolicy,
  ModulemdError,
  type SpecFacts,
  lintModulemd,
  readPolicy,
  readSpecFacts,
} from '@mbs/modulemd'
import { CommandError, exitCodes } from '../../exit.ts'
import type { GlobalOptions } from '../../global-options.ts'
import { readInput, tryInput } from '../../modulemd-input.ts'

/**
 * `mbs modulemd lint`: reviews files. Ends with 1 when there is an error or a warning, so that a hook of a
 * repository can refuse a push.
 */
export function modulemdLint(
  global: GlobalOptions,
  files: readonly string[],
  options: { policy?: string; specs?: string; notes: boolean },
): void {
  const policy = options.policy === undefined ? undefined : loadPolicy(options.policy)
  const specs = options.specs === undefined ? undefined : loadSpecs(options.specs)
  const today = new Date().toISOString().slice(0, 10)
  const lint = (text: string) =>
    lintModulemd(text, {
      today,
      ...(policy === undefined ? {} : { policy }),
      ...(specs === undefined ? {} : { specs }),
    })
  const reports = files.map((file) => {
    const { text, problem } = tryInput(file)
    const all = problem === undefined ? lint(text) : [findingOfProblem(problem)]
    return { file, findings: all.filter(({ severity }) => options.notes || severity !== 'note') }
  })
  if (global.json) console.log(JSON.stringify(reports))
  else for (const line of linesOf(reports)) console.log(line)
  const isClean = reports.every(({ findings }) => findings.every(({ severity }) => severity === 'note'))
  if (!isClean) process.exitCode = exitCodes.failed
}

function loadPolicy(file: string): LintPolicy {
  const { policy, problems } = readPolicy(
    readInput(file),
    LINT_RULES.map(({ name }) => name),
  )
  if (problems.length > 0)
    throw new CommandError(exitCodes.usage, `${file}: ${new ModulemdError(problems).message}`)
  return policy
}

/** Reads specs from a folder like dist-git's: NAME.spec, or NAME/NAME.spec. */
function loadSpecs(folder: string): Map<string, SpecFacts> {
  if (!existsSync(folder)) throw new CommandError(exitCodes.usage, `there is no folder ${folder}`)
  const specs = new Map<string, SpecFacts>()
  for (const entry of readdirSync(folder)) {
    const name = path.basename(entry, '.spec')
    const file = entry.endsWith('.spec')
      ? path.join(folder, entry)
      : path.join(folder, entry, `${entry}.spec`)
    if (existsSync(file)) specs.set(name, readSpecFacts(readFileSync(file, 'utf8')))
  }
  return specs
}

function linesOf(reports: readonly { file: string; findings: readonly Finding[] }[]): string[] {
  const lines = reports.flatMap(({ file, findings }) =>
    findings.map(
      ({ line, column, path: place, severity, message, remedy, rule, fix }) =>
        `${file}:${line}:${column}: ${severity}: ${place === '' ? '' : `${place}: `}${message} (${remedy}) [${rule}${fix === undefined ? '' : ', can be fixed'}]`,
    ),
  )
  const count = (severity: string) =>
    reports.flatMap(({ findings }) => findings.filter((finding) => finding.severity === severity)).length
  return [...lines, `${count('error')} errors, ${count('warning')} warnings, ${count('note')} notes`]
}
