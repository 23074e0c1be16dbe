import { sortedMap } from '../byte-order.ts'
import { findStreamFaults } from '../check/find-stream-faults.ts'
import type { ModuleStream, ModuleStreamV1, StreamContent } from '../module-stream.ts'
import { pathOf } from '../path.ts'
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

/** The keys of `data` in both versions of streams. */
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

/** Reads the content that both versions of streams share, except for artifacts. */
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

/** Reads a map by name. Repeated sections are merged, and a repeated name replaces the earlier one. */
export function readTable<T>(places: readonly Place[], read: (place: Place) => T): Map<string, T> {
  return sortedMap(new Map(places.flatMap(entriesOf).map(({ key, value }) => [key, read(value)])))
}

/** Reports the rules that a stream breaks, each at its place in the text. */
export function reportFaultsOf(stream: ModuleStream | ModuleStreamV1, data: Place): void {
  if (data.node.kind !== 'map') return
  for (const { code, message, remedy, path, item } of findStreamFaults(stream)) {
    // A hostile text may break a rule a million times.
    if (data.report.isFull) return
    const at = locate(data.node, path, item)
    data.report.add({ code, message, remedy, path: pathOf([data.path, ...path]), at })
  }
}
