import { sortedMap } from '../byte-order.ts'
import type { Intent, ModuleDefaults } from '../module-defaults.ts'
import { present } from '../present.ts'
import { quote } from '../quote.ts'
import { fieldsOf, lastOf } from './fields.ts'
import { type Place, entriesOf, refuseMissing, refuseRepeated, repeated } from './place.ts'
import { readText, readUint64 } from './scalars.ts'
import { readSet } from './sets.ts'

/**
 * Reads the `data` of a defaults document of version 1. It refuses a document that names no module; libmodulemd
 * accepts it by mistake.
 */
export function readModuleDefaults(data: Place): ModuleDefaults {
  const fields = fieldsOf(data, ['module', 'modified', 'stream', 'profiles', 'intents'])
  refuseRepeated(fields.module, 'the module')
  refuseRepeated(fields.stream, 'the stream')
  if (data.node.kind === 'map' && fields.module.length === 0) refuseMissing(data, 'module')
  const intents = readIntents(fields.intents)
  const modified = lastOf(fields.modified, readUint64)
  return {
    kind: 'modulemd-defaults',
    module: lastOf(fields.module, readText) ?? '',
    ...present('modified', modified === 0n ? undefined : modified),
    ...present('stream', lastOf(fields.stream, readText)),
    profiles: readProfiles(fields.profiles),
    ...(intents.size === 0 ? {} : { intents }),
  }
}

function readIntents(places: readonly Place[]): Map<string, Intent> {
  const intents = new Map<string, Intent>()
  for (const { key, keyAt, value } of places.flatMap(entriesOf)) {
    if (intents.has(key)) {
      value.report.add({ ...repeated(`the intent ${quote(key)}`), path: value.path, at: keyAt })
    }
    intents.set(key, readIntent(value))
  }
  // An empty intent is dropped.
  return sortedMap(new Map([...intents].filter(([, intent]) => Object.keys(intent).length > 0)))
}

function readIntent(place: Place): Intent {
  const fields = fieldsOf(place, ['stream', 'profiles'])
  refuseRepeated(fields.stream, 'the stream')
  return {
    ...present('stream', lastOf(fields.stream, readText)),
    ...(fields.profiles.length === 0 ? {} : { profiles: readProfiles(fields.profiles) }),
  }
}

/** Reads the profiles. A repeated stream is a fault, even in different sections. */
function readProfiles(places: readonly Place[]): Map<string, string[]> {
  const profiles = new Map<string, string[]>()
  for (const { key, keyAt, value } of places.flatMap(entriesOf)) {
    if (profiles.has(key)) {
      value.report.add({ ...repeated(`the stream ${quote(key)}`), path: value.path, at: keyAt })
    }
    profiles.set(key, readSet(value))
  }
  return sortedMap(profiles)
}
