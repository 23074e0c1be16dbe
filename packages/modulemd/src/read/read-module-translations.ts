import type { ModuleTranslations, Translation } from '../module-translations.ts'
import { present } from '../present.ts'
import { fieldsOf, lastOf } from './fields.ts'
import { type Place, refuse, refuseMissing, refuseRepeated } from './place.ts'
import { readText, readUint64 } from './scalars.ts'
import { readTable } from './stream-content.ts'

/** Reads the `data` of a translations document. libmodulemd knows one version and accepts every number. */
export function readModuleTranslations(data: Place, documentVersion: bigint): ModuleTranslations {
  const fields = fieldsOf(data, ['module', 'stream', 'modified', 'translations'])
  for (const key of ['module', 'stream'] as const) refuseRepeated(fields[key], `the ${key}`)
  for (const key of ['module', 'stream', 'modified'] as const) {
    if (data.node.kind === 'map' && fields[key].length === 0) refuseMissing(data, key)
  }
  return {
    kind: 'modulemd-translations',
    documentVersion,
    module: lastOf(fields.module, readName) ?? '',
    stream: lastOf(fields.stream, readName) ?? '',
    modified: lastOf(fields.modified, readModified) ?? 0n,
    translations: readTable(fields.translations, readTranslation),
  }
}

function readTranslation(place: Place): Translation {
  const fields = fieldsOf(place, ['summary', 'description', 'profiles'])
  return {
    ...present('summary', lastOf(fields.summary, readText)),
    ...present('description', lastOf(fields.description, readText)),
    profiles: readTable(fields.profiles, readText),
  }
}

function readName(place: Place): string {
  const text = readText(place)
  if (place.node.kind === 'text' && text === '') {
    refuse(place, { code: 'missing', message: 'the value is empty', remedy: 'write a name' })
  }
  return text
}

function readModified(place: Place): bigint | undefined {
  const modified = readUint64(place)
  if (modified === 0n) {
    refuse(place, { code: 'value', message: 'the time of change cannot be 0', remedy: 'write YYYYMMDDHHMM' })
  }
  return modified
}
