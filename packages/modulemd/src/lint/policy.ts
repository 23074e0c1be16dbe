import type { Complaint, Problem } from '../problem.ts'
import { fieldsOf, lastOf } from '../read/fields.ts'
import { readDate } from '../read/date.ts'
import { type Place, entriesOf, itemsOf, refuse } from '../read/place.ts'
import { problemsOf } from '../read/problems-of.ts'
import { FaultList } from '../read/report.ts'
import { readBoolean, readText } from '../read/scalars.ts'
import { readSet } from '../read/sets.ts'
import { parseYaml } from '../yaml/parse-yaml.ts'
import type { Severity } from './finding.ts'

/** The rules of a distribution, as data. */
export interface LintPolicy {
  /** Severity by rule; `off` disables the rule. */
  severities: ReadonlyMap<string, Severity | 'off'>
  /** Names of licences that are allowed besides the standard lists. */
  licenses: readonly string[]
  /** Architectures that are allowed besides those of rpm. */
  arches: readonly string[]
  /** Patterns; every ref must match at least one. An empty list allows any ref. */
  refs: readonly string[]
  /** Streams and the date of their end of life, past or future, `YYYY-MM-DD`. */
  endOfLife: readonly { module: string; stream: string; date: string }[]
  /** Rules for single values. */
  values: readonly ValueRule[]
}

/** The rule for the values at a path. */
export interface ValueRule {
  name: string
  severity: Severity
  /** Keys from the root of the document; `*` is any key or item, as in `data.components.rpms.*.ref`. */
  path: readonly string[]
  /** The value is required. */
  isRequired: boolean
  /** Every value must match `matches` and must not match `forbids`. */
  matches?: RegExp
  forbids?: RegExp
  message: string
  remedy: string
}

/** A policy that adds nothing to the usual rules. */
export const EMPTY_POLICY: LintPolicy = {
  severities: new Map(),
  licenses: [],
  arches: [],
  refs: [],
  endOfLife: [],
  values: [],
}

/** A real policy has no longer patterns, and matching with a long pattern may be slow. */
const PATTERN_LENGTH_MAX = 500

/**
 * Reads a policy, a YAML map with the keys `rules`, `licenses`, `arches`, `refs`, `end-of-life` and `values`.
 * The policy may set the rules in `ruleNames`. Never throws. The caller must not use a policy with problems.
 */
export function readPolicy(
  text: string,
  ruleNames: readonly string[],
): { policy: LintPolicy; problems: Problem[] } {
  const list = new FaultList(true)
  const policies: LintPolicy[] = []
  for (const { root, faults } of parseYaml(text)) {
    for (const fault of faults) list.add({ path: '', ...fault })
    if (root === undefined) continue
    const place = { node: root, path: '', report: list }
    if (policies.length > 0) refuse(place, SECOND_POLICY)
    policies.push(policyOf(place, ruleNames))
  }
  return { policy: policies[0] ?? EMPTY_POLICY, problems: problemsOf(text, list.faults) }
}

const SECOND_POLICY: Complaint = {
  code: 'repeated',
  message: 'there is more than one policy',
  remedy: 'write all rules into one document',
}

function policyOf(place: Place, ruleNames: readonly string[]): LintPolicy {
  const fields = fieldsOf(place, ['rules', 'licenses', 'arches', 'refs', 'end-of-life', 'values'])
  const severities = fields.rules.flatMap(entriesOf).map(({ key, keyAt, value }) => {
    if (!ruleNames.includes(key)) {
      const message = `there is no rule ${key}`
      value.report.add({
        code: 'unknown-key',
        message,
        remedy: `there are ${ruleNames.join(', ')}`,
        path: value.path,
        at: keyAt,
      })
    }
    return [key, readSeverity(value, ['error', 'warning', 'note', 'off'])] as const
  })
  return {
    severities: new Map(severities),
    licenses: lastOf(fields.licenses, readSet) ?? [],
    arches: lastOf(fields.arches, readSet) ?? [],
    refs: lastOf(fields.refs, readSet) ?? [],
    endOfLife: fields['end-of-life'].flatMap(entriesOf).flatMap(({ key: module, value }) =>
      entriesOf(value).map(({ key: stream, value: day }) => ({
        module,
        stream,
        date: readDate(day) ?? '',
      })),
    ),
    values: fields.values.flatMap(itemsOf).map(readValueRule),
  }
}

function readSeverity<S extends string>(place: Place, known: readonly S[]): S {
  const text = readText(place)
  const found = known.find((one) => one === text)
  if (found === undefined) {
    refuse(place, {
      code: 'value',
      message: `${text} is not a severity`,
      remedy: `write ${known.join(', ')}`,
    })
  }
  return found ?? ('error' as S)
}

function readValueRule(place: Place): ValueRule {
  const fields = fieldsOf(place, [
    'name',
    'severity',
    'path',
    'required',
    'matches',
    'forbids',
    'message',
    'remedy',
  ])
  for (const key of ['name', 'path', 'message'] as const) {
    if (place.node.kind === 'map' && fields[key].length === 0) {
      refuse(place, { code: 'missing', message: `the key ${key} is missing`, remedy: `add ${key}` })
    }
  }
  const matches = lastOf(fields.matches, readPattern)
  const forbids = lastOf(fields.forbids, readPattern)
  return {
    name: lastOf(fields.name, readText) ?? '',
    severity:
      lastOf(fields.severity, (one) => readSeverity<Severity>(one, ['error', 'warning', 'note'])) ?? 'error',
    path: (lastOf(fields.path, readText) ?? '').split('.'),
    isRequired: lastOf(fields.required, readBoolean) ?? false,
    ...(matches === undefined ? {} : { matches }),
    ...(forbids === undefined ? {} : { forbids }),
    message: lastOf(fields.message, readText) ?? '',
    remedy: lastOf(fields.remedy, readText) ?? 'ask the author of the policy',
  }
}

function readPattern(place: Place): RegExp | undefined {
  const text = readText(place)
  try {
    if (text.length <= PATTERN_LENGTH_MAX) return new RegExp(text, 'u')
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  refuse(place, { code: 'value', message: `${text} is not a pattern`, remedy: 'write a regular expression' })
  return undefined
}
