import { readDrafts, type ModuleStream } from '@mbs/modulemd'
import { Api, foundOf, version } from '../../api.ts'
import { exitCodes } from '../../exit.ts'
import type { GlobalOptions } from '../../global-options.ts'
import { report } from '../../report.ts'
import { documentsOf } from './import.ts'

/** One difference between two modules. */
export interface Difference {
  /** `packages`, `filter`, `api`, `profile NAME`, `version`, `context`. */
  what: string
  upstream: string[]
  ours: string[]
}

/** Two modules of one stream, or one module that only one side has. */
interface Compared {
  module: string
  only?: 'upstream' | 'ours'
  differences: Difference[]
}

/**
 * `mbs diff-upstream`: compares modules with those of another source. Ends with 1 when they differ, or some
 * cannot be compared.
 */
export async function diffUpstream(
  global: GlobalOptions,
  upstream: string,
  ours: string | undefined,
  { module }: { module?: string[] },
): Promise<void> {
  const { streams: theirs, faults } = await documentsOf(upstream, module)
  const own =
    ours === undefined
      ? { streams: await readyModules(new Api(global.server, global.token), theirs), faults: [] }
      : await documentsOf(ours, module)
  const leftOut = [
    ...faults.map((fault) => `${upstream}: ${fault}`),
    ...own.faults.map((fault) => `${ours}: ${fault}`),
  ]
  for (const fault of leftOut) console.error(`mbs: left out: ${fault}`)
  const compared = compareModules(theirs, own.streams).filter(
    // Further modules of the service are no difference.
    ({ only }) => ours !== undefined || only !== 'ours',
  )
  const different = compared.filter(({ only, differences }) => only !== undefined || differences.length > 0)
  report(global.json, { compared: compared.length, different, left_out: leftOut }, () =>
    different.length === 0
      ? [`${compared.length} modules are the same`]
      : [...different.flatMap(linesOf), `${different.length} of ${compared.length} modules differ`],
  )
  if (different.length + leftOut.length > 0) process.exitCode = exitCodes.failed
}

/** Returns the published documents of the service's ready modules that have the same streams. */
async function readyModules(api: Api, streams: readonly ModuleStream[]): Promise<ModuleStream[]> {
  const found: ModuleStream[] = []
  const names = new Map(
    streams.map(({ name = '', stream = '', arch = '' }) => [`${name}:${stream}`, { name, stream, arch }]),
  )
  for (const { name, stream, arch } of names.values()) {
    const { items } = await api.builds({ name, stream, state: 'ready', per_page: '1000' })
    for (const { id, modulemd } of items) {
      const documents = await foundOf(
        api.service.GET('/module-build-service/{version}/final-modulemd/{id}', {
          params: { path: { version, id } },
        }),
      )
      // An imported module has a single document, in its published form.
      const text = documents?.[arch] ?? Object.values(documents ?? {})[0] ?? modulemd ?? ''
      for (const document of readDrafts(text).index.documents)
        if (document.kind === 'modulemd') found.push(document)
    }
  }
  return found
}

/**
 * Compares modules by name, stream and context. Where a context has no counterpart, it compares by name and
 * stream with the remaining modules, and the context is a difference too. Upstream's highest version is
 * compared with our module of the same version, or with our highest version when we do not have that one.
 */
export function compareModules(upstream: readonly ModuleStream[], ours: readonly ModuleStream[]): Compared[] {
  const [theirs, own] = [newest(upstream), newest(ours)]
  const taken = new Set<string>()
  const sameVersion = (stream: ModuleStream, key: string) =>
    ours.find((other) => keyOf(other) === key && versionOf(other) === versionOf(stream))
  const take = (stream: ModuleStream, by: (stream: ModuleStream) => string) => {
    const able = own.filter((other) => !taken.has(keyOf(other)) && by(other) === by(stream))
    const found = able.find((other) => sameVersion(stream, keyOf(other)) !== undefined) ?? able[0]
    if (found === undefined) return undefined
    taken.add(keyOf(found))
    return sameVersion(stream, keyOf(found)) ?? found
  }
  const same = theirs.map((stream) => take(stream, keyOf))
  const pairs = theirs.map((stream, index) => [stream, same[index] ?? take(stream, nameOf)] as const)
  const compared = new Set(pairs.flatMap(([, other]) => (other === undefined ? [] : [nsvcOf(other)])))
  return [
    ...pairs.map(([one, other]): Compared =>
      other === undefined
        ? { module: nsvcOf(one), only: 'upstream', differences: [] }
        : { module: nsvcOf(one), differences: differencesOf(one, other) },
    ),
    ...own
      .filter((stream) => !compared.has(nsvcOf(stream)))
      .map((stream): Compared => ({ module: nsvcOf(stream), only: 'ours', differences: [] })),
  ]
}

/** Returns the differences between two builds of one stream. */
function differencesOf(upstream: ModuleStream, ours: ModuleStream): Difference[] {
  const profiles = [...new Set([...upstream.profiles.keys(), ...ours.profiles.keys()])].sort()
  const text = (value: string | bigint | undefined) => (value === undefined ? [] : [value.toString()])
  return [
    difference('version', text(upstream.version), text(ours.version)),
    difference('context', text(upstream.context), text(ours.context)),
    difference('packages', upstream.artifacts, ours.artifacts),
    difference('filter', upstream.filter, ours.filter),
    difference('api', upstream.api, ours.api),
    ...profiles.map((name) => {
      const rpms = (stream: ModuleStream) => {
        const profile = stream.profiles.get(name)
        return profile === undefined ? [] : ['(the profile itself)', ...profile.rpms]
      }
      return difference(`profile ${name}`, rpms(upstream), rpms(ours))
    }),
  ].flatMap((one) => one ?? [])
}

function difference(
  what: string,
  upstream: readonly string[],
  ours: readonly string[],
): Difference | undefined {
  const missing = (from: readonly string[], other: readonly string[]) =>
    [...new Set(from)].filter((one) => !other.includes(one)).sort()
  const found = { what, upstream: missing(upstream, ours), ours: missing(ours, upstream) }
  return found.upstream.length + found.ours.length === 0 ? undefined : found
}

function newest(streams: readonly ModuleStream[]): ModuleStream[] {
  const found = new Map<string, ModuleStream>()
  for (const stream of streams)
    if ((found.get(keyOf(stream))?.version ?? -1n) < (stream.version ?? 0n)) found.set(keyOf(stream), stream)
  return [...found.values()]
}

const nameOf = ({ name = '', stream = '' }: ModuleStream) => `${name}:${stream}`
const keyOf = (stream: ModuleStream) => `${nameOf(stream)}:${stream.context ?? ''}`
const versionOf = ({ version = 0n }: ModuleStream) => version
const nsvcOf = (stream: ModuleStream) => `${nameOf(stream)}:${versionOf(stream)}:${stream.context ?? ''}`

function linesOf({ module, only, differences }: Compared): string[] {
  if (only !== undefined) return [`${module} is ${only === 'ours' ? 'only ours' : 'missing here'}`]
  return [
    module,
    ...differences.flatMap(({ what, upstream, ours }) => [
      ...upstream.map((one) => `  ${what}: - ${one}`),
      ...ours.map((one) => `  ${what}: + ${one}`),
    ]),
  ]
}
