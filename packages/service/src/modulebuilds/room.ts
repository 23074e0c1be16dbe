import type { Outbox } from '../bus/index.ts'
import type { Config } from '../config/index.ts'
import { limited } from '../hub/index.ts'
import type { Engine } from '../jobs/index.ts'
import type { Room } from '../room.ts'
import { moduleBuildRoutes } from './api/build-routes.ts'
import { componentBuildRoutes } from './api/component-routes.ts'
import { moduleBuildMessages, stateMessages } from './api/messages.ts'
import { serviceRoutes } from './api/service-routes.ts'
import { cleanUpFailed } from './clean-up.ts'
import { moduleBuildEffects, type World } from './effects/index.ts'
import { moduleBuildGauges } from './gauges.ts'
import { moduleBuildLookouts } from './lookouts.ts'
import { moduleBuildLifeCycle } from './turn.ts'

interface ModuleBuildWorld extends Omit<World, 'news'> {
  engine: Engine
  outbox: Outbox
  submission: Pick<Config['submission'], 'rebuildStrategy' | 'rebuildStrategiesAllowed'>
  cleanUp: Config['cleanUp']
  about: Parameters<typeof serviceRoutes>[0]['about']
}

/** Opens the room of module builds: their way from `wait` to `ready`, and the routes that show and change them. */
export function openModuleBuilds(world: ModuleBuildWorld): Room {
  const { engine, database, clock, builder, checks, about, submission } = world
  const news = stateMessages(world.outbox)
  const parts = { ...world, news }
  // The caller of a route waits for the response, so calls to the hub have a time limit.
  const asked = { ...parts, hub: limited(world.hub, clock) }
  return {
    lifeCycles: [moduleBuildLifeCycle({ engine, news, checks: checks.names })],
    effects: moduleBuildEffects(parts),
    lookouts: moduleBuildLookouts(parts),
    beats: [
      ...builder.beats,
      {
        name: 'clean up',
        intervalMs: 3_600_000,
        run: async () => {
          await cleanUpFailed(parts, world.cleanUp.failedDays)
        },
      },
    ],
    routes: [
      moduleBuildRoutes(asked),
      componentBuildRoutes(parts),
      serviceRoutes({
        ...asked,
        about,
        strategies: { default: submission.rebuildStrategy, allowed: submission.rebuildStrategiesAllowed },
      }),
    ],
    gauges: moduleBuildGauges(database),
    messages: moduleBuildMessages,
  }
}
