import { readDrafts } from '../module-index/read-index.ts'
import { pathOf } from '../path.ts'
import type { Problem } from '../problem.ts'
import { locate, nodeAt } from '../read/locate.ts'
import { lineStartsOf, positionIn } from '../read/positions.ts'
import { type LocatedDocument, readDocuments } from '../read/read-documents.ts'
import { FaultList } from '../read/report.ts'
import { parseYaml } from '../yaml/parse-yaml.ts'
import { artifactRules } from './artifact-rules.ts'
import { buildRules } from './build-rules.ts'
import { dependencyRules } from './dependency-rules.ts'
import type { Finding, Fix, Severity } from './finding.ts'
import { licenseRules } from './license-rules.ts'
import { packageRules } from './package-rules.ts'
import { EMPTY_POLICY, type LintPolicy } from './policy.ts'
import { referenceRules } from './reference-rules.ts'
import { findRepeatedKeys } from './repeated-keys.ts'
import type { Objection, Rule } from './rule.ts'
import { type LintContext, type SpecFacts, type Subject, subjectOf } from './subject.ts'
import { findValueObjections } from './value-rules.ts'

const RULES: readonly Rule[] = [
  ...packageRules,
  ...artifactRules,
  ...referenceRules,
  ...licenseRules,
  ...buildRules,
  ...dependencyRules,
]

/** The one rule that reads the YAML and not the document. */
const REPEATED_KEY = {
  name: 'repeated-key',
  severity: 'warning',
  about: 'of a key that is given twice the last one counts, silently',
} as const

/** All rules beyond validity. A policy may set the severity of each. */
export const LINT_RULES: readonly Pick<Rule, 'name' | 'severity' | 'about'>[] = [REPEATED_KEY, ...RULES]

/** Input of the linter besides the text. */
export interface LintOptions {
  policy?: LintPolicy
  /** The date that the rules use as today, `YYYY-MM-DD`. */
  today: string
  /** Facts from the specs of components, as far as the caller knows them. */
  specs?: ReadonlyMap<string, SpecFacts>
}

/**
 * Reviews the documents of a text. Problems of validity are errors of the rule `valid`. All other findings come
 * from the rules and the policy. Returns the findings in the order of the text. Never throws, for any text.
 */
export function lintModulemd(text: string, options: LintOptions): Finding[] {
  const policy = options.policy ?? EMPTY_POLICY
  const context: LintContext = { policy, today: options.today, specs: options.specs ?? new Map() }
  const starts = lineStartsOf(text)
  const place = (at: number) => positionIn(starts, at)
  const invalid = readDrafts(text, { strict: true }).problems.map(findingOfProblem)
  const found = [...readDocuments(text, new FaultList(false))].flatMap((located) => {
    const subject = subjectOf(located.document)
    return subject === undefined ? [] : findingsOf({ text, located, starts, place }, subject, context)
  })
  return [...invalid, ...rootFindings(text, policy, place), ...found].sort(
    (a, b) => a.line - b.line || a.column - b.column,
  )
}

/** Returns a problem of validity as a finding of the rule `valid`. */
export function findingOfProblem({ message, remedy, path, line, column }: Problem): Finding {
  return { rule: 'valid', severity: 'error', message, remedy, path, line, column }
}

interface Source {
  text: string
  located: LocatedDocument
  /** The offsets of the lines. */
  starts: readonly number[]
  place: (at: number) => { line: number; column: number }
}

function findingsOf(source: Source, subject: Subject, context: LintContext): Finding[] {
  return RULES.flatMap((rule) =>
    rule.find(subject, context).flatMap((objection) => {
      const severity = severityOf(rule, context.policy, objection.severity)
      return severity === undefined ? [] : [findingOf(source, rule, severity, objection)]
    }),
  )
}

function severityOf(
  { name, severity }: Pick<Rule, 'name' | 'severity'>,
  policy: LintPolicy,
  own: Severity | undefined,
): Severity | undefined {
  const set = policy.severities.get(name)
  return set === 'off' ? undefined : (set ?? own ?? severity)
}

function findingOf(source: Source, rule: Rule, severity: Severity, objection: Objection): Finding {
  const { message, remedy, path, item } = objection
  const fix = fixOf(source, objection)
  return {
    rule: rule.name,
    severity,
    message,
    remedy,
    path: pathOf(['data', ...path]),
    ...source.place(locate(source.located.data, path, item)),
    ...(fix === undefined ? {} : { fix }),
  }
}

/** Returns the correction that a program can make: it replaces an item by another text, or removes its line. */
function fixOf({ text, located, starts, place }: Source, { path, item, repair }: Objection): Fix | undefined {
  const node = nodeAt(located.data, path, item)
  if (repair === undefined || node?.kind !== 'text') return undefined
  if (repair !== 'remove') return { start: place(node.at), end: place(node.end), text: repair.replace }
  // A search for the ends of the line would take long for each of many items on one line.
  const lineStart = starts[place(node.at).line - 1]
  const nextStart = starts[place(node.end).line]
  if (lineStart === undefined || nextStart === undefined) return undefined
  const line = text.slice(lineStart, nextStart - 1)
  const isAlone = /^\s*-\s+/.test(line) && line.trim().slice(1).trim() === text.slice(node.at, node.end)
  return isAlone ? { start: place(lineStart), end: place(nextStart), text: '' } : undefined
}

/** Returns the findings of the YAML itself: repeated keys, and values that break a rule of the policy. */
function rootFindings(text: string, policy: LintPolicy, place: Source['place']): Finding[] {
  const severity = severityOf(REPEATED_KEY, policy, undefined)
  return [...parseYaml(text)].flatMap(({ root }) => {
    if (root === undefined) return []
    const repeated = severity === undefined ? [] : [...findRepeatedKeys(root)]
    return [
      ...repeated.map(({ key, path, at }): Finding => ({
        rule: 'repeated-key',
        severity: severity ?? 'warning',
        message: `the key ${key} is given twice, and only the last one counts`,
        remedy: 'keep one of them',
        path,
        ...place(at),
      })),
      ...policy.values.flatMap((rule) =>
        findValueObjections(root, rule).map(({ path, at }): Finding => ({
          rule: rule.name,
          severity: rule.severity,
          message: rule.message,
          remedy: rule.remedy,
          path,
          ...place(at),
        })),
      ),
    ]
  })
}
