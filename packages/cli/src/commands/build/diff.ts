import { readStream } from '@mbs/modulemd'
import { answerOf, Api, type ModuleBuild } from '../../api.ts'
import type { GlobalOptions } from '../../global-options.ts'
import { titleOf } from '../../progress.ts'
import { report } from '../../report.ts'

/** One difference between two builds: its place, and the value in the first and in the second build. */
interface Difference {
  what: string
  from: string | null
  to: string | null
}

interface BuildrootRecord {
  packages: string[]
  sources: { name: string; sha256: string }[]
  macros: Record<string, string>
}

/**
 * `mbs build diff`: compares required modules, components, macros, and the build roots of components that both
 * builds have built.
 */
export async function buildDiff(global: GlobalOptions, first: number, second: number): Promise<void> {
  const api = new Api(global.server, global.token)
  const [a, b] = await Promise.all([api.build(first), api.build(second)])
  const differences = [
    ...compare('built against', requiredBy(a), requiredBy(b)),
    ...compare('buildopts', optionsOf(a), optionsOf(b)),
    ...compare('component', componentsOf(a), componentsOf(b)),
    ...(await buildrootDifferences(api, a, b)),
  ]
  report(global.json, { from: titleOf(a), to: titleOf(b), differences }, () =>
    differences.length === 0
      ? [`${titleOf(a)} and ${titleOf(b)} do not differ`]
      : [
          `${titleOf(a)} → ${titleOf(b)}`,
          ...differences.map(({ what, from, to }) =>
            from === null
              ? `+ ${what}: ${to ?? ''}`
              : to === null
                ? `- ${what}: ${from}`
                : `~ ${what}: ${from} → ${to}`,
          ),
        ],
  )
}

function requiredBy({ buildrequires }: ModuleBuild): Map<string, string> {
  return new Map(
    Object.entries(buildrequires).map(([name, one]) => [name, `${one.stream}:${one.version}:${one.context}`]),
  )
}

function optionsOf({ modulemd }: ModuleBuild): Map<string, string> {
  const { stream } = readStream(modulemd ?? '')
  const macros = stream?.buildopts?.macros
  return new Map(macros === undefined ? [] : [['macros', macros.trim()]])
}

function componentsOf({ components }: ModuleBuild): Map<string, string> {
  return new Map(components.map((one) => [one.package, `${one.nvr ?? 'not built'} in batch ${one.batch}`]))
}

async function buildrootDifferences(api: Api, a: ModuleBuild, b: ModuleBuild): Promise<Difference[]> {
  const differences: Difference[] = []
  for (const component of a.components) {
    const other = b.components.find((one) => one.package === component.package)
    if (component.nvr === null || other?.nvr === null || other === undefined || component.nvr === other.nvr)
      continue
    const [mine, others] = await Promise.all([recordOf(api, component.nvr), recordOf(api, other.nvr)])
    if (mine === undefined || others === undefined) continue
    const say = (kind: string) => `${component.package}: ${kind}`
    differences.push(
      ...compare(say('installed'), packagesOf(mine), packagesOf(others)),
      ...compare(say('source'), sourcesOf(mine), sourcesOf(others)),
      ...compare(say('macro'), macrosOf(mine), macrosOf(others)),
    )
  }
  return differences
}

/** Returns the record of a package's build root, or undefined when the hub has none. */
async function recordOf(api: Api, nvr: string): Promise<BuildrootRecord | undefined> {
  const { buildroots } = await answerOf(
    api.service.GET('/hub/builds/{build}', { params: { path: { build: nvr } } }),
  )
  const [first] = buildroots
  if (first === undefined) return undefined
  const response = await api.file(nvr, first.record)
  return (await response.json()) as BuildrootRecord
}

/** Returns the version of each package by name and arch. Several versions of one package are joined. */
function packagesOf({ packages }: BuildrootRecord): Map<string, string> {
  const byName = Map.groupBy(packages, (nevra) => nevra.replace(/-[^-]+-[^-]+$/, ''))
  return new Map(
    [...byName].map(([name, all]) => [name, all.map((nevra) => nevra.slice(name.length + 1)).join(' ')]),
  )
}

function sourcesOf({ sources }: BuildrootRecord): Map<string, string> {
  return new Map(sources.map(({ name, sha256 }) => [name, sha256.slice(0, 12)]))
}

function macrosOf({ macros }: BuildrootRecord): Map<string, string> {
  return new Map(Object.entries(macros))
}

function compare(
  what: string,
  from: ReadonlyMap<string, string>,
  to: ReadonlyMap<string, string>,
): Difference[] {
  return [...new Set([...from.keys(), ...to.keys()])].sort().flatMap((name) => {
    const [before, now] = [from.get(name) ?? null, to.get(name) ?? null]
    return before === now ? [] : [{ what: `${what} ${name}`, from: before, to: now }]
  })
}
