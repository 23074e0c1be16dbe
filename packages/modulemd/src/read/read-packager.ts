import { compareBytes } from '../byte-order.ts'
import type { Configuration, ModulePackager } from '../module-packager.ts'
import type { ModuleStream } from '../module-stream.ts'
import { present } from '../present.ts'
import { quote } from '../quote.ts'
import { readComponents } from './components.ts'
import { type Fields, fieldsOf, fieldsOfAll, lastOf } from './fields.ts'
import { type Place, itemsOf, refuse, refuseMissing, repeated } from './place.ts'
import { strictly } from './report.ts'
import { readBoolean, readText } from './scalars.ts'
import { readRpmSet, readSet, readUniqueTable } from './sets.ts'
import { readTable, reportFaultsOf } from './stream-content.ts'
import { readBuildOptions, readDependencies, readProfile, readReferences } from './stream-parts.ts'
import { readXmd } from './xmd.ts'

const COMMON_KEYS = [
  'summary',
  'description',
  'license',
  'references',
  'profiles',
  'api',
  'filter',
  'demodularized',
  'components',
] as const

/**
 * Reads the `data` of a packager document of version 2. The result is a stream without the parts that a build
 * adds.
 */
export function readPackagerStream(data: Place): ModuleStream {
  const fields = fieldsOf(data, [...COMMON_KEYS, 'static_context', 'dependencies'] as const)
  const license = fieldsOfAll(fields.license, ['module'])
  for (const key of ['summary', 'description'] as const) {
    if (data.node.kind === 'map' && fields[key].length === 0) refuseMissing(data, key)
  }
  const common = readCommon(fields)
  const stream: ModuleStream = {
    kind: 'modulemd',
    ...common,
    summary: common.summary ?? '',
    description: common.description ?? '',
    license: { module: lastOf(license.module, readSet) ?? [], content: [] },
    staticContext: lastOf(fields.static_context, readBoolean) ?? false,
    dependencies: fields.dependencies.flatMap(itemsOf).map(readDependencies),
    serviceLevels: new Map(),
    artifacts: [],
  }
  reportFaultsOf(stream, data)
  return stream
}

/** Reads the `data` of a packager document of version 3, always strictly, as libmodulemd does. */
export function readModulePackager(data: Place): ModulePackager {
  const place = { ...data, report: strictly(data.report) }
  const fields = fieldsOf(place, [...COMMON_KEYS, 'name', 'stream', 'xmd', 'configurations'] as const)
  return {
    kind: 'modulemd-packager',
    ...present('name', lastOf(fields.name, readText)),
    ...present('stream', lastOf(fields.stream, readText)),
    license: lastOf(fields.license, readSet) ?? [],
    ...present('xmd', lastOf(fields.xmd, readXmd)),
    configurations: readConfigurations(fields.configurations.flatMap(itemsOf)),
    ...readCommon(fields),
  }
}

function readCommon(fields: Fields<(typeof COMMON_KEYS)[number]>) {
  return {
    ...present('summary', lastOf(fields.summary, readText)),
    ...present('description', lastOf(fields.description, readText)),
    ...present('references', readReferences(fields.references)),
    profiles: readTable(fields.profiles, readProfile),
    api: readRpmSet(fields.api),
    filter: readRpmSet(fields.filter),
    demodularized: readRpmSet(fields.demodularized),
    components: readComponents(fields.components),
  }
}

function readConfigurations(places: readonly Place[]): Configuration[] {
  const configurations: Configuration[] = []
  const contexts = new Set<string>()
  for (const place of places) {
    const configuration = readConfiguration(place)
    const { context } = configuration
    if (contexts.has(context)) refuse(place, repeated(`the context ${quote(context)}`))
    contexts.add(context)
    configurations.push(configuration)
  }
  return configurations.sort((a, b) => compareBytes(a.context, b.context))
}

function readConfiguration(place: Place): Configuration {
  const fields = fieldsOf(place, ['context', 'platform', 'buildrequires', 'requires', 'buildopts'])
  for (const key of ['context', 'platform'] as const) {
    if (place.node.kind === 'map' && fields[key].length === 0) refuseMissing(place, key)
  }
  return {
    context: lastOf(fields.context, readContext) ?? '',
    platform: lastOf(fields.platform, readText) ?? '',
    buildrequires: lastOf(fields.buildrequires, readStreams) ?? new Map<string, string>(),
    requires: lastOf(fields.requires, readStreams) ?? new Map<string, string>(),
    ...present('buildopts', lastOf(fields.buildopts, readBuildOptions)),
  }
}

function readContext(place: Place): string {
  const context = readText(place)
  if (place.node.kind === 'text' && !/^[A-Za-z0-9]{1,10}$/.test(context)) {
    refuse(place, {
      code: 'value',
      message: `${quote(context)} is not a context`,
      remedy: 'choose 1 to 10 letters and digits',
    })
  }
  return context
}

/** Reads a map with one stream of each module. A repeated module is a fault. */
function readStreams(place: Place): Map<string, string> {
  return readUniqueTable(place, readOneStream)
}

/** Reads one stream, as a text or as a list of one item. */
function readOneStream(place: Place): string {
  const streams = readSet(place)
  const [stream = ''] = streams
  const { node } = place
  const isReadable =
    node.kind === 'text' || (node.kind === 'list' && node.items.every(({ kind }) => kind === 'text'))
  if (streams.length !== 1 && isReadable) {
    refuse(place, {
      code: 'value',
      message: `a configuration needs one stream of each module, not ${streams.length}`,
      remedy: 'add a configuration for each',
    })
  }
  return stream
}
