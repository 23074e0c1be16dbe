import { compareBytes, sortedMap, sortedSet } from '../byte-order.ts'
import { findArchFaults } from '../check/component-faults.ts'
import { findDependencyFaults } from '../check/dependency-faults.ts'
import { findStreamFaults } from '../check/find-stream-faults.ts'
import { problemsOf } from '../check/problems-of.ts'
import type { StreamFault } from '../check/stream-fault.ts'
import type { ModuleDefaults } from '../module-defaults.ts'
import type { Configuration, ModulePackager } from '../module-packager.ts'
import type { ModuleDependencies, ModuleStream, Profile } from '../module-stream.ts'
import { ModulemdError } from '../modulemd-error.ts'
import { present } from '../present.ts'
import type { Problem } from '../problem.ts'

/** The licence of a module that lists none. */
const DEFAULT_LICENSE = 'MIT'

/**
 * Makes the streams of a packager document of version 3, one for each configuration
 * (`modulemd_packager_v3_convert_to_index`). If a profile is a default, it also makes the defaults of the
 * module. Names that the document lacks are also absent from the streams. The streams keep the contexts, but
 * are not marked as having a static context.
 *
 * @throws {ModulemdError} when there is no configuration, no summary, no description, when a default profile
 * has no name or stream of the module, or when a stream breaks a rule
 */
export function packagerToStreams(packager: ModulePackager): (ModuleStream | ModuleDefaults)[] {
  if (packager.configurations.length === 0) {
    throw new ModulemdError([problem('missing', 'configurations', 'there is no configuration', 'add one')])
  }
  const content = contentOf(packager)
  const streams = packager.configurations.map((configuration) => ({
    ...content,
    ...present('buildopts', configuration.buildopts),
    context: configuration.context,
    dependencies: [dependenciesOf(configuration)],
  }))
  throwUnlessGood(packager, streams)
  const defaults = defaultsOf(packager)
  return defaults === undefined ? streams : [defaults, ...streams]
}

/**
 * Makes one stream of a packager document of version 3 (`modulemd_packager_v3_convert_to_stream_v2`). Each
 * configuration becomes an alternative of the stream's dependencies. The build options are those of the first
 * configuration by context.
 *
 * @throws {ModulemdError} when there is no summary, no description, or the stream breaks a rule
 */
export function packagerToStream(packager: ModulePackager): ModuleStream {
  const configurations = packager.configurations.toSorted((a, b) => compareBytes(a.context, b.context))
  const [first] = configurations
  const stream: ModuleStream = {
    ...contentOf(packager),
    ...(configurations.length === 1 ? present('context', first?.context) : {}),
    ...present('buildopts', first?.buildopts),
    dependencies: configurations.map(dependenciesOf),
  }
  throwUnlessGood(packager, [stream])
  return stream
}

function contentOf(packager: ModulePackager): ModuleStream {
  const { name, stream, summary = '', description = '', license, xmd, references, profiles } = packager
  return {
    kind: 'modulemd',
    ...present('name', name),
    ...present('stream', stream),
    staticContext: false,
    summary,
    description,
    license: { module: license.length === 0 ? [DEFAULT_LICENSE] : license, content: [] },
    ...present('xmd', xmd),
    dependencies: [],
    ...present('references', references),
    profiles: new Map([...profiles].map(([key, profile]) => [key, withoutDefault(profile)])),
    api: packager.api,
    filter: packager.filter,
    demodularized: packager.demodularized,
    serviceLevels: new Map(),
    components: packager.components,
    artifacts: [],
  }
}

function withoutDefault({ description, rpms }: Profile): Profile {
  return { ...present('description', description), rpms }
}

/**
 * Returns the dependencies of a configuration. If it also lists `platform` among its modules, both streams are
 * kept.
 */
function dependenciesOf({ platform, buildrequires, requires }: Configuration): ModuleDependencies {
  return { buildrequires: onPlatform(platform, buildrequires), requires: onPlatform(platform, requires) }
}

function onPlatform(platform: string, modules: ReadonlyMap<string, string>): Map<string, string[]> {
  const lists = new Map([...modules].map(([module, stream]) => [module, [stream]]))
  return sortedMap(lists.set('platform', sortedSet([platform, ...(lists.get('platform') ?? [])])))
}

function defaultsOf({ name, stream, profiles }: ModulePackager): ModuleDefaults | undefined {
  const defaults = [...profiles].filter(([, { isDefault }]) => isDefault === true).map(([key]) => key)
  if (defaults.length === 0) return undefined
  const missing = [...(name === undefined ? ['name'] : []), ...(stream === undefined ? ['stream'] : [])]
  if (name === undefined || stream === undefined) {
    throw new ModulemdError(
      missing.map((key) => problem('missing', key, `a default profile needs the ${key}`, `add ${key}`)),
    )
  }
  return { kind: 'modulemd-defaults', module: name, profiles: new Map([[stream, sortedSet(defaults)]]) }
}

function throwUnlessGood(packager: ModulePackager, streams: readonly ModuleStream[]): void {
  const missing = (['summary', 'description'] as const)
    .filter((key) => packager[key] === undefined)
    .map((key) => problem('missing', key, `the key ${key} is missing`, `add ${key}`))
  const problems = [...missing, ...problemsOf(findFaults(packager, streams))]
  if (problems.length > 0) throw new ModulemdError(problems)
}

/** Finds the faults of all streams. They share their content, so each fault of the content is found once. */
function* findFaults(packager: ModulePackager, streams: readonly ModuleStream[]): Generator<StreamFault> {
  yield* findStreamFaults(contentOf(packager))
  const { rpms } = packager.components
  const used = [...new Set([...rpms.values()].flatMap(({ arches }) => arches))]
  const seen = new Set<string>()
  const isNew = (key: string) => seen.size < seen.add(key).size
  for (const { buildopts, dependencies } of streams) {
    const allowed = new Set(buildopts?.arches)
    const isBroken = used.some((arch) => !allowed.has(arch))
    if (isBroken && isNew(JSON.stringify([...allowed]))) yield* findArchFaults(rpms, buildopts)
    for (const fault of findDependencyFaults(dependencies)) {
      if (isNew(fault.path.join('.'))) yield fault
    }
  }
}

function problem(code: Problem['code'], key: string, message: string, remedy: string): Problem {
  return { code, message, remedy, line: 0, column: 0, path: `data.${key}` }
}
