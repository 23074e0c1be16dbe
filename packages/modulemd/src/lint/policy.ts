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

/** A distribution's own rules, as data. */
export interface LintPolicy {
  /** By rule: how bad it is, or that nobody asks. */
  severities: ReadonlyMap<string, Severity | 'off'>
  /** Names of licences beside those of the lists. */
  licenses: readonly string[]
  /** Architectures beside those that rpm knows. */
  arches: readonly string[]
  /** Patterns of which every ref must match one; none: any ref. */
  refs: readonly string[]
  /** Streams and the day on which they came or will come to their end, `YYYY-MM-DD`. */
  endOfLife: readonly { module: string; stream: string; date: string }[]
  /** Rules on single values. */
  values: readonly ValueRule[]
}

/** What the values at a path must be. */
export interface ValueRule {
  name: string
  severity: Severity
  /** Keys from the root of the document; `*` is any key or item, such as `data.components.rpms.*.ref`. */
  path: readonly string[]
  /** A value must be there. */
  isRequired: boolean
  /** Every value must match, or must not match. */
  matches?: RegExp
  forbids?: RegExp
  message: string
  remedy: string
}

/** No rules but the usual ones. */
export const EMPTY_POLICY: LintPolicy = {
  severities: new Map(),
  licenses: [],
  arches: [],
  refs: [],
  endOfLife: [],
  values: [],
}

/** Longer patterns are nobody's; and matching long texts may take long. */
const PATTERN_LENGTH_MAX = 500

/**
 * Reads a policy, a YAML map with the keys `rules`, `licenses`, `arches`, `refs`, `end-of-life` and `values`.
 * `ruleNames` are those that may be set. Never throws; a policy with problems must not be used.
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
    refuse(place, { code: 'value', message: `${text} is no severity`, remedy: `write ${known.join(', ')}` })
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
    remedy: lastOf(fields.remedy, readText) ?? 'ask who wrote the policy',
  }
}

function readPattern(place: Place): RegExp | undefined {
  const text = readText(place)
  try {
    if (text.length <= PATTERN_LENGTH_MAX) return new RegExp(text, 'u')
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  refuse(place, { code: 'value', message: `${text} is no pattern`, remedy: 'write a regular expression' })
  return undefined
}
