import { sortedMap } from '../byte-order.ts'
import { findStreamFaults } from '../check/find-stream-faults.ts'
import type { ModuleStream, ModuleStreamV1, StreamContent } from '../module-stream.ts'
import { present } from '../present.ts'
import { readComponents } from './components.ts'
import { type Fields, lastOf } from './fields.ts'
import { locate } from './locate.ts'
import { type Place, entriesOf, refuseMissing } from './place.ts'
import { readText, readUint64 } from './scalars.ts'
import { readRpmSet } from './sets.ts'
import {
  readBuildOptions,
  readLicense,
  readProfile,
  readReferences,
  readServiceLevel,
} from './stream-parts.ts'
import { readXmd } from './xmd.ts'

/** The keys of `data` that both versions of streams have. */
export const CONTENT_KEYS = [
  'name',
  'stream',
  'version',
  'context',
  'arch',
  'summary',
  'description',
  'servicelevels',
  'license',
  'xmd',
  'references',
  'profiles',
  'api',
  'filter',
  'buildopts',
  'components',
] as const

/** Reads what both versions of streams have, artifacts aside. */
export function readStreamContent(
  data: Place,
  fields: Fields<(typeof CONTENT_KEYS)[number]>,
): Omit<StreamContent, 'artifacts'> {
  const version = lastOf(fields.version, readUint64)
  for (const key of ['summary', 'description'] as const) {
    if (data.node.kind === 'map' && fields[key].length === 0) refuseMissing(data, key)
  }
  return {
    ...present('name', lastOf(fields.name, readText)),
    ...present('stream', lastOf(fields.stream, readText)),
    ...present('version', version === 0n ? undefined : version),
    ...present('context', lastOf(fields.context, readText)),
    ...present('arch', lastOf(fields.arch, readText)),
    summary: lastOf(fields.summary, readText) ?? '',
    description: lastOf(fields.description, readText) ?? '',
    license: readLicense(fields.license),
    ...present('xmd', lastOf(fields.xmd, readXmd)),
    ...present('references', readReferences(fields.references)),
    profiles: readTable(fields.profiles, readProfile),
    api: readRpmSet(fields.api),
    filter: readRpmSet(fields.filter),
    serviceLevels: readTable(fields.servicelevels, readServiceLevel),
    ...present('buildopts', lastOf(fields.buildopts, readBuildOptions)),
    components: readComponents(fields.components),
  }
}

/** A map of names; sections that come twice are one, and a name that comes twice is replaced. */
export function readTable<T>(places: readonly Place[], read: (place: Place) => T): Map<string, T> {
  return sortedMap(new Map(places.flatMap(entriesOf).map(({ key, value }) => [key, read(value)])))
}

/** Reports the rules that a stream breaks, each where it is broken in the text. */
export function reportFaultsOf(stream: ModuleStream | ModuleStreamV1, data: Place): void {
  if (data.node.kind !== 'map') return
  for (const { code, message, remedy, path, item } of findStreamFaults(stream)) {
    // Finding a place takes its time, and a hostile text breaks a rule a million times.
    if (data.report.isFull) return
    const at = locate(data.node, path, item)
    data.report.add({ code, message, remedy, path: [data.path, ...path].join('.'), at })
  }
}
