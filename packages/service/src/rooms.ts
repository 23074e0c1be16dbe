import type { Logger } from 'pino'
import { collectArtifacts, sweepArtifacts, type ArtifactParts, type Artifacts } from './artifacts/index.ts'
import { eventRoutes, Outbox, type Bus } from './bus/index.ts'
import type { GenericBuilder } from './builders/index.ts'
import type { Clock } from './clock.ts'
import { openComposes } from './composes/index.ts'
import type { Config } from './config/index.ts'
import { crossed } from './crash-points.ts'
import { outsideTransactions, type Database } from './database/index.ts'
import type { DistGitReader } from './distgit/index.ts'
import { answers } from './errors.ts'
import type { Checks } from './gating/index.ts'
import { openHub, type Hub } from './hub/index.ts'
import { openLocalHub } from './hub/local/index.ts'
import {
  awayLookout,
  effectRoutes,
  Engine,
  jobGauges,
  safetyNetMs,
  type PgBossQueue,
  type Queue,
  type Wakes,
} from './jobs/index.ts'
import { openModuleBuilds } from './modulebuilds/index.ts'
import type { Platform } from './platforms/index.ts'
import { openRetirement } from './retirement/index.ts'
import { foldRooms, type OpenedRooms, type Room } from './room.ts'
import { signingRoutes, type Signer } from './signing/index.ts'
import { openSubmission, type SubmissionWorld } from './submission/index.ts'
import type { Metrics } from './telemetry/index.ts'
import { openUniverse } from './universe/index.ts'

/** The parts of the world that module builds need: real ones in the service, simulated ones in the simulator. */
export interface World {
  database: Database
  queue: Queue
  /** Wakes what reads rows that this or another process has committed. */
  wakes: Wakes
  clock: Clock
  log: Logger
  metrics: Metrics
  bus: Bus
  builder: GenericBuilder
  /** Its changes have crash points already. */
  hub: Hub
  distGit: DistGitReader
  checks: Checks
  platforms: ReadonlyMap<string, Platform>
  scm: SubmissionWorld['scm']
  submission: Config['submission']
  cleanUp: Config['cleanUp']
  expansion: Config['expansion']
  develModules: boolean
  retries: Config['retries']
  artifacts: Artifacts
  /** The parts that the artifact collection needs, and its interval. */
  collection: Omit<ArtifactParts, 'database' | 'clock'> & { intervalMs: number }
  /** The facts about the service that the API shows to clients. */
  about: { version: string; authMethod: 'oidc' | 'kerberos'; instance: string }
  /** The interval at which the service asks the hub about pending changes. */
  lookIntervalMs: number
}

/** The world of the service. Its foundations are real, and some of them need care that simulated ones do not need. */
export interface ServiceWorld extends World {
  queue: PgBossQueue
  /** The signer and the name of its key; the signer is undefined where nothing is signed. */
  signing: { signer: Signer | undefined; wanted: string | undefined }
}

/** A world with the engine and the outbox that move it. */
export type MovedWorld<W> = W & { engine: Engine; outbox: Outbox }

/** The rooms that a module build passes, from submission to ready. The simulator opens these rooms, too. */
export const buildRooms = [
  openSubmission,
  openModuleBuilds,
  openUniverse,
  openRetirement,
  openFoundations,
  openHub,
  openLocalHub,
] as const satisfies OpenRoom<World>[]

/** All rooms of the service. */
export const serviceRooms = [...buildRooms, openComposes, openServiceFoundations] as const

/** Opens a room. The function's type names the few parts of the world that the room needs. */
export type OpenRoom<W> = (world: MovedWorld<W>) => Room

/**
 * Opens rooms on a world and combines them. The service and the simulator differ only in the world that they pass and
 * in the number of rooms that they open.
 */
export function openRooms<W extends World>(
  given: W,
  rooms: readonly OpenRoom<W>[],
): OpenedRooms & { world: MovedWorld<W> } {
  const guarded = {
    ...given,
    bus: crossed('bus', given.bus),
    builder: outsideTransactions(crossed('builder', given.builder), 'the builder'),
    hub: outsideTransactions(given.hub, 'the hub'),
  }
  const world = { ...guarded, engine: new Engine(guarded), outbox: new Outbox(guarded) }
  return { ...foldRooms(rooms.map((open) => open(world))), world }
}

/** Returns the parts that the foundations add to the service and to the simulator. */
function openFoundations(world: MovedWorld<World>): Room {
  const { engine, outbox, database, clock, collection, distGit, artifacts } = world
  return {
    lookouts: [
      awayLookout(engine, 'dist-git', (url) => answers(distGit.resolveRef(url, 'HEAD'))),
      awayLookout(engine, 'artifact store', () => answers(artifacts.answer())),
    ],
    beats: [
      {
        name: 'relay',
        intervalMs: safetyNetMs,
        retryMs: 1000,
        wokenBy: 'messages',
        run: (signal) => outbox.relay(signal),
      },
      {
        name: 'collect artifacts',
        intervalMs: collection.intervalMs,
        run: async () => {
          await collectArtifacts({ database, clock, ...collection }, { limit: collectedAtOnceMax })
        },
      },
    ],
    routes: [eventRoutes({ ...world, intervalMs: safetyNetMs }), effectRoutes(world)],
    gauges: [...jobGauges(world), ...outbox.gauges()],
  }
}

/** Returns the parts that only real foundations add. */
function openServiceFoundations({
  database,
  queue,
  clock,
  collection,
  retries,
  signing,
}: MovedWorld<ServiceWorld>): Room {
  return {
    beats: [
      {
        name: 'mend times',
        intervalMs: 60_000,
        run: () => queue.mendTimes(retries.pauseSecondsMax),
      },
      {
        name: 'sweep artifacts',
        intervalMs: 3_600_000,
        run: async () => {
          await sweepArtifacts({ database, clock, ...collection })
        },
      },
    ],
    routes: [signingRoutes({ database, clock, ...signing })],
    gauges: [queue.gauge],
  }
}

/** Most unreferenced artifacts that one beat removes. */
const collectedAtOnceMax = 1000
