import type { DistGitReader } from '../distgit/index.ts'

/** A module of a simulation: its components with their buildorder. */
export interface SimulatedModule {
  name: string
  components: Readonly<Record<string, number>>
  /** The document omits the buildorder: the components need each other in that order. */
  dependencyOrder?: boolean
}

const host = 'https://dist-git.example'
export const modulesPrefix = `${host}/modules/`
export const rpmsPrefix = `${host}/rpms/`

/** Each module has two commits, which differ only in their time. */
const commits = ['c'.repeat(40), 'd'.repeat(40)] as const
const packageCommit = 'a'.repeat(40)

export function scmurlOf(module: SimulatedModule, which: 0 | 1 = 0): string {
  return `${modulesPrefix}${module.name}?#${commits[which]}`
}

/** Returns a dist-git with these modules. */
export function simulatedDistGit(modules: readonly SimulatedModule[]): DistGitReader {
  const commitOf = (url: string, ref: string) => (url.startsWith(rpmsPrefix) ? packageCommit : ref)
  return {
    resolveRef: (url, ref) => Promise.resolve(commitOf(url, ref)),
    resolveRefs: (url, refs) => Promise.resolve(new Map(refs.map((ref) => [ref, commitOf(url, ref)]))),
    isOnBranch: () => Promise.resolve(true),
    commitTime: (_url, commit) =>
      Promise.resolve(new Date(`2026-01-0${commits.indexOf(commit) + 1}T00:00:00Z`)),
    hasRepository: () => Promise.resolve(true),
    listFiles: () => Promise.resolve([]),
    readFile: (url) => {
      const module = modules.find(({ name }) => url === `${modulesPrefix}${name}`)
      return Promise.resolve(module === undefined ? undefined : documentOf(module))
    },
  }
}

function documentOf({ components, dependencyOrder = false }: SimulatedModule): string {
  const rpms = Object.entries(components).map(
    ([name, order]) =>
      `      ${name}: {rationale: simulated, ref: main, buildorder: ${dependencyOrder ? 0 : order}}\n`,
  )
  return `document: modulemd
version: 2
data:
  summary: A module of the simulation
  description: It exists in simulated time only
  license: {module: [MIT]}
  dependencies:
  - buildrequires: {platform: []}
    requires: {platform: []}
${dependencyOrder ? '  xmd: {mbs_options: {dependency_order: true}}\n' : ''}${rpms.length === 0 ? '' : `  components:\n    rpms:\n${rpms.join('')}`}`
}
