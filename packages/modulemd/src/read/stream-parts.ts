import type { BuildOptions, ModuleDependencies, ModuleReferences, Profile } from '../module-stream.ts'
import { present } from '../present.ts'
import { readDate } from './date.ts'
import { fieldsOf, fieldsOfAll, lastOf } from './fields.ts'
import type { Place } from './place.ts'
import { readBoolean, readText } from './scalars.ts'
import { readNestedSet, readSet } from './sets.ts'

/** Reads one alternative of `dependencies`. */
export function readDependencies(place: Place): ModuleDependencies {
  const fields = fieldsOf(place, ['buildrequires', 'requires'])
  return {
    buildrequires: lastOf(fields.buildrequires, readNestedSet) ?? new Map<string, string[]>(),
    requires: lastOf(fields.requires, readNestedSet) ?? new Map<string, string[]>(),
  }
}

/** Reads `license`. */
export function readLicense(places: readonly Place[]): { module: string[]; content: string[] } {
  const fields = fieldsOfAll(places, ['module', 'content'])
  return { module: lastOf(fields.module, readSet) ?? [], content: lastOf(fields.content, readSet) ?? [] }
}

/** Reads `references`; returns undefined when there is no reference. */
export function readReferences(places: readonly Place[]): ModuleReferences | undefined {
  const fields = fieldsOfAll(places, ['community', 'documentation', 'tracker'])
  const references = {
    ...present('community', lastOf(fields.community, readText)),
    ...present('documentation', lastOf(fields.documentation, readText)),
    ...present('tracker', lastOf(fields.tracker, readText)),
  }
  return Object.keys(references).length === 0 ? undefined : references
}

/** Reads one profile. */
export function readProfile(place: Place): Profile {
  const fields = fieldsOf(place, ['description', 'rpms', 'default'])
  return {
    ...present('description', lastOf(fields.description, readText)),
    rpms: lastOf(fields.rpms, readSet) ?? [],
    ...(lastOf(fields.default, readBoolean) === true ? { isDefault: true } : {}),
  }
}

/** Reads one service level. Returns its last day, or undefined for a level without end. */
export function readServiceLevel(place: Place): string | undefined {
  return lastOf(fieldsOf(place, ['eol']).eol, readDate)
}

/** Reads `buildopts`. */
export function readBuildOptions(place: Place): BuildOptions {
  const fields = fieldsOf(place, ['rpms', 'arches'])
  const rpms = lastOf(fields.rpms, (rpmsPlace) => fieldsOf(rpmsPlace, ['macros', 'whitelist']))
  return {
    ...present('macros', lastOf(rpms?.macros ?? [], readText)),
    whitelist: lastOf(rpms?.whitelist ?? [], readSet) ?? [],
    arches: lastOf(fields.arches, readSet) ?? [],
  }
}
