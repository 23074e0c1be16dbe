import type { DistGitReader } from '../distgit/index.ts'

/** A module of a simulation: components with their buildorder. */
export interface SimulatedModule {
  name: string
  components: Readonly<Record<string, number>>
}

const host = 'https://dist-git.example'
export const modulesPrefix = `${host}/modules/`
export const rpmsPrefix = `${host}/rpms/`

const commit = 'c'.repeat(40)

export function scmurlOf(module: SimulatedModule): string {
  return `${modulesPrefix}${module.name}?#${commit}`
}

/** dist-git with these modules, each with one commit. */
export function simulatedDistGit(modules: readonly SimulatedModule[]): DistGitReader {
  return {
    resolveRef: () => Promise.resolve(commit),
    isOnBranch: () => Promise.resolve(true),
    commitTime: () => Promise.resolve(new Date('2026-01-01T00:00:00Z')),
    readFile: (url) => {
      const module = modules.find(({ name }) => url === `${modulesPrefix}${name}`)
      return Promise.resolve(module === undefined ? undefined : documentOf(module))
    },
  }
}

function documentOf({ components }: SimulatedModule): string {
  const rpms = Object.entries(components).map(
    ([name, order]) => `      ${name}: {rationale: simulated, ref: main, buildorder: ${order}}\n`,
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
${rpms.length === 0 ? '' : `  components:\n    rpms:\n${rpms.join('')}`}`
}
