import type { Lookout, News, WaitRow } from '../jobs/index.ts'
import { buildrootWait, componentWait, type World } from './effects.ts'
import { loadComponent, requireModuleBuild, updateAttempt, type ComponentBuildRow } from './store.ts'
import type { TaskStatus } from '../builders/index.ts'

/** More attempts than this at one component, each lost through no fault of its own, and the component has failed. */
const attemptsMax = 3

const lookIntervalMs = 200

/** How the waits of module builds are looked at. */
export function moduleBuildLookouts(world: World): Lookout[] {
  return [
    {
      kind: componentWait,
      intervalMs: lookIntervalMs,
      look: async (waits) => {
        const statuses = await world.builder.observe(waits.map(({ external_id }) => Number(external_id)))
        const news = new Map<number, News>()
        for (const wait of waits) {
          const status = statuses.get(Number(wait.external_id))
          const component = await componentOf(world, wait)
          if (status !== undefined && component !== undefined)
            news.set(wait.id, componentNews(component, attemptOf(wait), status))
        }
        return news
      },
    },
    {
      kind: buildrootWait,
      intervalMs: lookIntervalMs,
      look: async (waits) => {
        const news = new Map<number, News>()
        for (const wait of waits) {
          const build = await requireModuleBuild(world.database, Number(wait.subject.split(':')[1]))
          const status = await world.builder.buildrootReady(
            { tag: wait.external_id, platform: build.platform ?? '' },
            [],
          )
          news.set(wait.id, status.ready ? { over: () => Promise.resolve() } : { sentence: status.sentence })
        }
        return news
      },
    },
  ]
}

function componentNews(component: ComponentBuildRow, attempt: number, status: TaskStatus): News {
  if (status.state === 'open') return { sentence: `${component.package}: ${status.sentence}` }
  return {
    over: async (tx, now) => {
      const again = status.state === 'lost' && attempt < attemptsMax
      const reason =
        status.state === 'complete'
          ? null
          : again
            ? `attempt ${attempt + 1} of ${attemptsMax}: ${status.reason}`
            : status.reason
      await updateAttempt(tx, component.id, attempt, {
        // Without a state it has not been started: the next turn begins another attempt.
        state: status.state === 'complete' ? 'complete' : again ? null : 'failed',
        state_reason: reason,
        nvr: status.state === 'complete' ? status.nvr : null,
        time_completed: again ? null : now,
      })
    },
  }
}

function componentOf({ database }: World, wait: WaitRow): Promise<ComponentBuildRow | undefined> {
  return loadComponent(database, Number(wait.key.split(':')[1]))
}

function attemptOf(wait: WaitRow): number {
  return Number(wait.key.split(':')[2])
}
