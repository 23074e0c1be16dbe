import { sortedMap } from '../byte-order.ts'
import type { ModuleComponent, RpmComponent } from '../module-stream.ts'
import { present } from '../present.ts'
import { fieldsOf, fieldsOfAll, lastOf } from './fields.ts'
import { type Place, entriesOf } from './place.ts'
import { readBoolean, readBuildorder, readText } from './scalars.ts'
import { readSet } from './sets.ts'

const RPM_KEYS = [
  'rationale',
  'name',
  'repository',
  'cache',
  'ref',
  'buildroot',
  'srpm-buildroot',
  'buildorder',
  'buildafter',
  'buildonly',
  'arches',
  'multilib',
] as const

const MODULE_KEYS = ['rationale', 'repository', 'ref', 'buildorder', 'buildonly'] as const

/** Reads `components`; rpms and modules are separate name spaces. */
export function readComponents(places: readonly Place[]): {
  rpms: Map<string, RpmComponent>
  modules: Map<string, ModuleComponent>
} {
  const fields = fieldsOfAll(places, ['rpms', 'modules'])
  const rpms = fields.rpms
    .flatMap(entriesOf)
    .map(({ key, value }) => [key, readRpmComponent(key, value)] as const)
  const modules = fields.modules
    .flatMap(entriesOf)
    .map(({ key, value }) => [key, readModuleComponent(value)] as const)
  return { rpms: sortedMap(new Map(rpms)), modules: sortedMap(new Map(modules)) }
}

function readRpmComponent(key: string, place: Place): RpmComponent {
  const fields = fieldsOf(place, RPM_KEYS)
  const name = lastOf(fields.name, readText)
  return {
    ...present('rationale', lastOf(fields.rationale, readText)),
    // A name that repeats the key adds nothing.
    ...present('name', name === key ? undefined : name),
    ...present('repository', lastOf(fields.repository, readText)),
    ...present('cache', lastOf(fields.cache, readText)),
    ...present('ref', lastOf(fields.ref, readText)),
    buildorder: lastOf(fields.buildorder, readBuildorder) ?? 0,
    buildafter: lastOf(fields.buildafter, readSet) ?? [],
    buildonly: lastOf(fields.buildonly, readBoolean) ?? false,
    buildroot: lastOf(fields.buildroot, readBoolean) ?? false,
    srpmBuildroot: lastOf(fields['srpm-buildroot'], readBoolean) ?? false,
    arches: lastOf(fields.arches, readSet) ?? [],
    multilib: lastOf(fields.multilib, readSet) ?? [],
  }
}

function readModuleComponent(place: Place): ModuleComponent {
  const fields = fieldsOf(place, MODULE_KEYS)
  return {
    ...present('rationale', lastOf(fields.rationale, readText)),
    ...present('repository', lastOf(fields.repository, readText)),
    ...present('ref', lastOf(fields.ref, readText)),
    buildorder: lastOf(fields.buildorder, readBuildorder) ?? 0,
    buildonly: lastOf(fields.buildonly, readBoolean) ?? false,
  }
}
