import type { ModuleObsoletes } from '../module-obsoletes.ts'
import { present } from '../present.ts'
import { readMinute } from './date.ts'
import { type Fields, fieldsOf, lastOf } from './fields.ts'
import { type Place, entriesOf, refuse, refuseMissing, refuseRepeated, refuseType } from './place.ts'
import { readBoolean, readText } from './scalars.ts'

const KEYS = [
  'modified',
  'reset',
  'module',
  'stream',
  'context',
  'eol_date',
  'message',
  'obsoleted_by',
] as const
type ObsoletesFields = Fields<(typeof KEYS)[number]>

/** Reads the `data` of an obsoletes document of version 1. */
export function readModuleObsoletes(data: Place): ModuleObsoletes {
  const fields = fieldsOf(data, KEYS)
  for (const key of ['module', 'stream', 'context', 'message'] as const) {
    refuseRepeated(fields[key], `the ${key}`)
  }
  for (const key of ['modified', 'module', 'stream', 'message'] as const) {
    if (data.node.kind === 'map' && fields[key].length === 0) refuseMissing(data, key)
  }
  const isReset = lastOf(fields.reset, readBoolean) ?? false
  if (isReset) refuseBesideReset(fields)
  return {
    kind: 'modulemd-obsoletes',
    modified: lastOf(fields.modified, readMinute) ?? '',
    isReset,
    module: lastOf(fields.module, readSomething) ?? '',
    stream: lastOf(fields.stream, readSomething) ?? '',
    ...present('context', lastOf(fields.context, readText)),
    ...present('eolDate', lastOf(fields.eol_date, readMinute)),
    message: lastOf(fields.message, readSomething) ?? '',
    ...present('obsoletedBy', readObsoletedBy(fields.obsoleted_by)),
  }
}

/** Refuses keys that a reset cannot have: it revokes documents, so it has no end of life and no successor. */
function refuseBesideReset(fields: ObsoletesFields): void {
  for (const key of ['eol_date', 'obsoleted_by'] as const) {
    const place = fields[key].at(-1)
    if (place === undefined) continue
    refuse(place, {
      code: 'inconsistent',
      message: `a reset has no ${key}`,
      remedy: `take reset or ${key} away`,
    })
  }
}

/** Reads any text except the empty one. */
function readSomething(place: Place): string {
  const text = readText(place)
  if (place.node.kind === 'text' && text === '') {
    refuse(place, { code: 'missing', message: 'the value is empty', remedy: 'write a text' })
  }
  return text
}

/**
 * Reads the successor; repeated sections are merged. Unknown keys are skipped even in strict reading, as in
 * libmodulemd.
 */
function readObsoletedBy(sections: readonly Place[]): { module: string; stream: string } | undefined {
  const entries = sections.flatMap(entriesOf)
  const placesOf = (name: string) => entries.filter(({ key }) => key === name).map(({ value }) => value)
  const parts = { module: placesOf('module'), stream: placesOf('stream') }
  for (const { key, value } of entries) {
    if (!(key in parts) && value.node.kind !== 'text') refuseType(value, 'text')
  }
  const [section] = sections
  if (section === undefined || (parts.module.length === 0 && parts.stream.length === 0)) return undefined
  for (const key of ['module', 'stream'] as const) {
    refuseRepeated(parts[key], `the ${key}`)
    if (parts[key].length === 0) refuseMissing(section, key)
  }
  return { module: lastOf(parts.module, readText) ?? '', stream: lastOf(parts.stream, readText) ?? '' }
}
