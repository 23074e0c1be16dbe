import { writeModulemd, type ModuleStream } from '@mbs/modulemd'
import { answerOf, Api, version, type SubmissionPlan } from '../../api.ts'
import { CommandError, exitCodes } from '../../exit.ts'
import type { GlobalOptions } from '../../global-options.ts'
import { hasSucceeded } from '../../progress.ts'
import { watch } from '../../watch.ts'
import { documentsOf } from './import.ts'
import { linesOfSubmission } from '../plan/plan.ts'

/** Options of a rebuild of published modules. */
export interface RebuildOptions {
  module?: string[]
  rebuild: boolean
  platform?: string
  ref?: string
  plan: boolean
}

/** The result of rebuilding one module. */
interface Rebuilt {
  module: string
  plan?: SubmissionPlan
  build?: number
  state?: string
  error?: string
}

/**
 * `mbs import --rebuild`: rebuilds published modules with their own stream, version, context and dist tag, each
 * after the modules in its buildrequires. Modules that already exist are not built again.
 */
export async function importRebuild(
  global: GlobalOptions,
  target: string,
  options: RebuildOptions,
): Promise<void> {
  const api = new Api(global.server, global.token)
  const { streams, faults } = await documentsOf(target, options.module)
  const rebuilt: Rebuilt[] = faults.map((error) => ({ module: target, error }))
  const say = (one: Rebuilt) => {
    rebuilt.push(one)
    if (!global.json) for (const line of linesOf(one)) console.log(line)
  }
  for (const level of levelsOf(streams.filter(({ name }) => name !== 'platform'))) {
    const begun: { module: string; build: number }[] = []
    for (const stream of level) {
      const module = nsvcOf(stream)
      try {
        const existing = options.plan ? undefined : await findBuild(api, module)
        if (existing !== undefined) begun.push({ module, build: existing })
        else begun.push(...(await rebuild(api, stream, options, say)))
      } catch (error) {
        if (!(error instanceof CommandError) || error.code === exitCodes.unreachable) throw error
        say({ module, error: error.message })
      }
    }
    for (const { module, build } of begun) {
      const ended = await watch(api, build, true)
      const error = hasSucceeded(ended) ? {} : { error: ended.state_reason ?? 'it did not reach ready' }
      say({ module, build, state: ended.state_name, ...error })
    }
  }
  if (global.json) console.log(JSON.stringify(rebuilt))
  if (rebuilt.some(({ error, plan }) => error !== undefined || (plan?.refused.length ?? 0) > 0))
    process.exitCode = exitCodes.failed
}

async function rebuild(
  api: Api,
  stream: ModuleStream,
  { platform, ref, plan }: RebuildOptions,
  say: (one: Rebuilt) => void,
): Promise<{ module: string; build: number }[]> {
  const module = nsvcOf(stream)
  const answer = await answerOf(
    api.service.POST('/module-build-service/{version}/rebuilds/published/', {
      params: { path: { version } },
      body: {
        modulemd: writeModulemd([stream]),
        plan,
        ...(platform === undefined ? {} : { platform }),
        ...(ref === undefined ? {} : { ref }),
      },
    }),
  )
  if (answer.plan !== undefined) say({ module, plan: answer.plan })
  if (answer.error !== undefined) say({ module, error: answer.error })
  return (answer.builds ?? []).map((build) => ({ module, build }))
}

/** Returns the build with exactly this name that has not failed, if any. */
async function findBuild(api: Api, nsvc: string): Promise<number | undefined> {
  const { items } = await api.builds({ nsvc })
  return items.find(({ state_name: state }) => !['failed', 'garbage'].includes(state))?.id
}

/**
 * Returns modules in levels that can be built in this order: each level needs only earlier ones. Modules that
 * need each other in a circle come last, in one level with all modules that need them. Their requirements must
 * already exist.
 */
export function levelsOf(streams: readonly ModuleStream[]): ModuleStream[][] {
  const nameOf = ({ name = '', stream = '' }: ModuleStream) => `${name}:${stream}`
  const needs = (stream: ModuleStream) =>
    stream.dependencies
      .flatMap(({ buildrequires }) =>
        [...buildrequires].flatMap(([name, list]) => list.map((one) => `${name}:${one}`)),
      )
      .filter((needed) => needed !== nameOf(stream))
  const levels: ModuleStream[][] = []
  let left = [...streams]
  while (left.length > 0) {
    const open = new Set(left.map(nameOf))
    const free = left.filter((stream) => needs(stream).every((needed) => !open.has(needed)))
    const level = free.length === 0 ? left : free
    levels.push(level)
    left = left.filter((stream) => !level.includes(stream))
  }
  return levels
}

function nsvcOf({ name = '', stream = '', version = 0n, context = '' }: ModuleStream): string {
  return [name, stream, version.toString(), context].join(':')
}

function linesOf({ module, plan, build, state, error }: Rebuilt): string[] {
  if (plan !== undefined) return linesOfSubmission(plan)
  const what = build === undefined ? '' : ` build ${build} is ${state ?? ''}`
  return [`${module}:${what}${error === undefined ? '' : ` ${error}`}`]
}
