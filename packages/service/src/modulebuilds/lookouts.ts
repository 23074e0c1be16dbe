import { messageOf } from '../errors.ts'
import { parseSubject, type Lookout, type News } from '../jobs/index.ts'
import { buildrootWait, buildrootWish, componentWait, type World } from './effects/index.ts'
import { attemptOf } from './module-effects.ts'
import { componentsOf, loadComponents, requireModuleBuild, type ComponentBuildRow } from './store.ts'
import { endAttempt } from './transition.ts'
import type { TaskStatus } from '../builders/index.ts'

/**
 * A component whose attempt is lost, through no fault of its own, gets another one, until it has lost as many. Then it
 * fails. A resumed build counts anew.
 */
const lostMax = 3

/** Returns the lookouts for the waits of module builds. */
export function moduleBuildLookouts(world: World): Lookout[] {
  return [
    {
      kind: componentWait,
      intervalMs: world.builder.lookIntervalMs,
      wokenBy: 'ends of attempts',
      look: async (waits) => {
        const statuses = await world.builder.observe(waits.map(({ external_id }) => Number(external_id)))
        const ids = waits.map((wait) => attemptOf(wait).component)
        const components = new Map((await loadComponents(world.database, ids)).map((row) => [row.id, row]))
        const news = new Map<number, News>()
        for (const wait of waits) {
          const status = statuses.get(Number(wait.external_id))
          const { component: id, attempt } = attemptOf(wait)
          const component = components.get(id)
          if (status !== undefined && component !== undefined)
            news.set(wait.id, componentNews(world, component, attempt, status, wait.sentence))
        }
        return news
      },
    },
    {
      kind: buildrootWait,
      intervalMs: world.builder.lookIntervalMs,
      look: async (waits) => {
        const wishes = []
        for (const wait of waits) {
          const build = await requireModuleBuild(world.database, parseSubject(wait.subject).id)
          wishes.push(await buildrootWish(world, build))
        }
        const statuses = await world.builder.buildrootsReady(wishes)
        return new Map(
          waits.flatMap(({ id }, index): [number, News][] => {
            const status = statuses[index]
            if (status === undefined) return []
            return [[id, status.ready ? isOver : { sentence: status.sentence }]]
          }),
        )
      },
    },
  ]
}

/** The wait is over and there is nothing else to write. The next turn continues from there. */
const isOver: News = { over: () => Promise.resolve() }

function componentNews(
  { news, metrics, log }: World,
  component: ComponentBuildRow,
  attempt: number,
  status: TaskStatus,
  before: string,
): News {
  if (status.state === 'unseen') {
    const sentence = `${component.package}: the builder cannot report its attempt: ${messageOf(status.error)}`
    // The lookout looks often, so it logs the same error only once.
    if (sentence !== before) {
      const level = metrics.failure(status.error, `look ${componentWait}`) === 'bug' ? 'error' : 'warn'
      log[level]({ err: status.error, component: component.id }, 'the builder cannot report an attempt')
    }
    return { sentence }
  }
  if (status.state === 'open') return { sentence: `${component.package}: ${status.sentence}` }
  // The next turn requests the collection of the result.
  if (status.state === 'ended') return isOver
  return {
    over: async (tx, now) => {
      if (status.state === 'lost') metrics.lost.inc()
      if (status.state === 'failed' && status.isMissing === true) {
        const { module_build_id: id, batch } = component
        // In dependency order, the component is tried again after more components of its batch are built.
        const built = (await componentsOf(tx, [id])).filter(
          (row) => row.batch === batch && row.state === 'complete',
        )
        const missing = { state: 'failed', state_reason: status.reason, missing_after: built.length } as const
        return endAttempt(tx, news, component.id, attempt, missing, now)
      }
      const lost = component.lost_attempts + 1
      if (status.state === 'lost' && lost < lostMax) {
        const state_reason = `attempt ${lost + 1} of ${lostMax}: ${status.reason}`
        const again = { state: null, state_reason, lost_attempts: lost } as const
        return endAttempt(tx, news, component.id, attempt, again, now)
      }
      const failed = { state: 'failed', state_reason: status.reason } as const
      return endAttempt(tx, news, component.id, attempt, failed, now)
    },
  }
}
