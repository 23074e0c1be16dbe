import type { Logger } from 'pino'
import type { Outbox } from '../bus/index.ts'
import type { Clock } from '../clock.ts'
import type { Config } from '../config/index.ts'
import type { Database } from '../database/index.ts'
import type { DistGitReader } from '../distgit/index.ts'
import { limited, type Hub } from '../hub/index.ts'
import { stateMessages } from '../modulebuilds/index.ts'
import type { Platform } from '../platforms/index.ts'
import type { Room } from '../room.ts'
import { backfill } from './backfill.ts'
import { expansionRules } from './load-universe.ts'
import { recordPlatforms } from './record-platforms.ts'
import { recordPublished } from './record-published.ts'
import { importRoutes } from './routes.ts'

interface UniverseWorld {
  database: Database
  clock: Clock
  log: Logger
  outbox: Outbox
  hub: Hub
  distGit: DistGitReader
  platforms: ReadonlyMap<string, Platform>
  scm: Pick<Config['scm'], 'allowed'>
  expansion: Config['expansion']
}

/**
 * Opens the room of the modules to build against. At its start, it records the platforms and the modules that they
 * publish.
 */
export function openUniverse(world: UniverseWorld): Room {
  const { database, clock, log, platforms } = world
  const rules = expansionRules(world.expansion)
  const parts = { ...world, news: stateMessages(world.outbox) }
  return {
    routes: [importRoutes({ ...parts, hub: limited(world.hub, clock), rules, allowed: world.scm.allowed })],
    begin: async () => {
      await recordPlatforms(parts, platforms, rules.streamSuffixes, clock.now())
      await recordPublished(parts, platforms, rules, clock.now(), (sentence) => log.info(sentence))
      await backfill(database, platforms)
    },
  }
}
