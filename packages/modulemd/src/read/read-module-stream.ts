import { sortedMap } from '../byte-order.ts'
import { findStreamFaults } from '../check/find-stream-faults.ts'
import type { ModuleStream } from '../module-stream.ts'
import { present } from '../present.ts'
import { readArtifacts } from './artifacts.ts'
import { readComponents } from './components.ts'
import { type Fields, fieldsOf, lastOf } from './fields.ts'
import { locate } from './locate.ts'
import { type Place, entriesOf, itemsOf, refuseMissing } from './place.ts'
import { readBoolean, readText, readUint64 } from './scalars.ts'
import { readRpmSet } from './sets.ts'
import {
  readBuildOptions,
  readDependencies,
  readLicense,
  readProfile,
  readReferences,
  readServiceLevel,
} from './stream-parts.ts'
import { readXmd } from './xmd.ts'

const KEYS = [
  'name',
  'stream',
  'version',
  'context',
  'static_context',
  'arch',
  'summary',
  'description',
  'servicelevels',
  'license',
  'xmd',
  'dependencies',
  'references',
  'profiles',
  'api',
  'filter',
  'demodularized',
  'buildopts',
  'components',
  'artifacts',
] as const

/** Reads the `data` of a stream document of version 2 and checks it. */
export function readModuleStream(data: Place): ModuleStream {
  const fields = fieldsOf(data, KEYS)
  const stream: ModuleStream = {
    kind: 'modulemd',
    ...identityOf(fields),
    staticContext: lastOf(fields.static_context, readBoolean) ?? false,
    summary: lastOf(fields.summary, readText) ?? '',
    description: lastOf(fields.description, readText) ?? '',
    license: readLicense(fields.license),
    ...present('xmd', lastOf(fields.xmd, readXmd)),
    dependencies: fields.dependencies.flatMap(itemsOf).map(readDependencies),
    ...present('references', readReferences(fields.references)),
    profiles: readTable(fields.profiles, readProfile),
    api: readRpmSet(fields.api),
    filter: readRpmSet(fields.filter),
    demodularized: readRpmSet(fields.demodularized),
    serviceLevels: readTable(fields.servicelevels, readServiceLevel),
    ...present('buildopts', lastOf(fields.buildopts, readBuildOptions)),
    components: readComponents(fields.components),
    ...readArtifacts(fields.artifacts),
  }
  for (const key of ['summary', 'description'] as const) {
    if (data.node.kind === 'map' && fields[key].length === 0)
      refuseMissing(data, key, `the ${key} is missing`)
  }
  reportFaultsOf(stream, data)
  return stream
}

function identityOf(fields: Fields<(typeof KEYS)[number]>) {
  const version = lastOf(fields.version, readUint64)
  return {
    ...present('name', lastOf(fields.name, readText)),
    ...present('stream', lastOf(fields.stream, readText)),
    ...present('version', version === 0n ? undefined : version),
    ...present('context', lastOf(fields.context, readText)),
    ...present('arch', lastOf(fields.arch, readText)),
  }
}

/** A map of names; sections that come twice are one, and a name that comes twice is replaced. */
function readTable<T>(places: readonly Place[], read: (place: Place) => T): Map<string, T> {
  return sortedMap(new Map(places.flatMap(entriesOf).map(({ key, value }) => [key, read(value)])))
}

function reportFaultsOf(stream: ModuleStream, data: Place): void {
  if (data.node.kind !== 'map') return
  for (const { message, path, item, remedy } of findStreamFaults(stream)) {
    // Finding a place takes its time, and a hostile text breaks a rule a million times.
    if (data.report.isFull) return
    const at = locate(data.node, path, item)
    data.report.add({ message, path: [data.path, ...path].join('.'), at, ...present('remedy', remedy) })
  }
}
