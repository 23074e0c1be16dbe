import type { Lookout, News, WaitRow } from '../jobs/index.ts'
import { buildrootWait, builtSoFar, componentWait, type World } from './effects/index.ts'
import { componentsOf, loadComponent, requireModuleBuild, type ComponentBuildRow } from './store.ts'
import { endAttempt } from './transition.ts'
import type { TaskStatus } from '../builders/index.ts'

/** More attempts than this at one component, each lost through no fault of its own, and the component has failed. */
const attemptsMax = 3

/** How the waits of module builds are looked at. */
export function moduleBuildLookouts(world: World): Lookout[] {
  return [
    {
      kind: componentWait,
      intervalMs: world.lookIntervalMs,
      look: async (waits) => {
        const statuses = await world.builder.observe(waits.map(({ external_id }) => Number(external_id)))
        const news = new Map<number, News>()
        for (const wait of waits) {
          const status = statuses.get(Number(wait.external_id))
          const component = await componentOf(world, wait)
          if (status !== undefined && component !== undefined)
            news.set(wait.id, componentNews(world, component, attemptOf(wait), status))
        }
        return news
      },
    },
    {
      kind: buildrootWait,
      intervalMs: world.lookIntervalMs,
      look: async (waits) => {
        const news = new Map<number, News>()
        for (const wait of waits) {
          const build = await requireModuleBuild(world.database, Number(wait.subject.split(':')[1]))
          const status = await world.builder.buildrootReady(
            { tag: wait.external_id, platform: build.platform ?? '' },
            await builtSoFar(world, build.id),
          )
          news.set(wait.id, status.ready ? { over: () => Promise.resolve() } : { sentence: status.sentence })
        }
        return news
      },
    },
  ]
}

function componentNews(
  { outbox, metrics }: World,
  component: ComponentBuildRow,
  attempt: number,
  status: TaskStatus,
): News {
  if (status.state === 'open') return { sentence: `${component.package}: ${status.sentence}` }
  return {
    over: async (tx, now) => {
      if (status.state === 'lost') metrics.lost.inc()
      const end = (state: 'complete' | 'failed' | null, reason: string | null, nvr?: string) =>
        endAttempt(
          tx,
          outbox,
          component.id,
          attempt,
          { state, state_reason: reason, ...(nvr === undefined ? {} : { nvr }) },
          now,
        )
      if (status.state === 'complete') return end('complete', null, status.nvr)
      if (status.state === 'failed' && status.isMissing === true) {
        const { module_build_id: id, batch } = component
        // With what is built meanwhile it is tried again, where order is by dependencies.
        const built = (await componentsOf(tx, [id])).filter(
          (row) => row.batch === batch && row.state === 'complete',
        )
        const missing = { state: 'failed', state_reason: status.reason, missing_after: built.length } as const
        return endAttempt(tx, outbox, component.id, attempt, missing, now)
      }
      if (status.state === 'lost' && attempt < attemptsMax)
        return end(null, `attempt ${attempt + 1} of ${attemptsMax}: ${status.reason}`)
      return end('failed', status.reason)
    },
  }
}

function componentOf({ database }: World, wait: WaitRow): Promise<ComponentBuildRow | undefined> {
  return loadComponent(database, Number(wait.key.split(':')[1]))
}

function attemptOf(wait: WaitRow): number {
  return Number(wait.key.split(':')[2])
}
