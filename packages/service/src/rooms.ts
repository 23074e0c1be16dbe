import type { FastifyPluginAsync } from 'fastify'
import type { Logger } from 'pino'
import { collectArtifacts, type ArtifactParts, type Artifacts } from './artifacts/index.ts'
import { eventRoutes, Outbox, type Bus, type MessageSchema } from './bus/index.ts'
import type { GenericBuilder } from './builders/index.ts'
import type { Clock } from './clock.ts'
import {
  composeEffects,
  composeGauges,
  composeLifeCycle,
  composeMessages,
  composeRoutes,
} from './composes/index.ts'
import type { Config } from './config/index.ts'
import { crossed } from './crash-points.ts'
import type { Database } from './database/index.ts'
import type { DistGitReader } from './distgit/index.ts'
import type { Checks } from './gating/index.ts'
import { hubRoutes } from './hub/index.ts'
import {
  effectRoutes,
  Engine,
  failEffect,
  jobGauges,
  retryEffect,
  type Handlers,
  type Queue,
} from './jobs/index.ts'
import {
  cancel,
  cleanUpFailed,
  moduleBuildEffects,
  moduleBuildGauges,
  moduleBuildLifeCycle,
  moduleBuildLookouts,
  moduleBuildMessages,
  componentBuildRoutes,
  serviceRoutes,
  moduleBuildRoutes,
} from './modulebuilds/index.ts'
import type { Platform } from './platforms/index.ts'
import {
  maintenanceRoutes,
  planRoutes,
  submissionEffects,
  submissionRoutes,
  submit,
} from './submission/index.ts'
import { retirementRoutes } from './retirement/index.ts'
import type { GaugeSource, Metrics } from './telemetry/index.ts'
import { backfill, expansionRules, importRoutes, recordPlatforms, recordPublished } from './universe/index.ts'

/** The parts of the world that rooms stand on: real ones in the service, others in the simulator. */
export interface World {
  database: Database
  queue: Queue
  clock: Clock
  log: Logger
  metrics: Metrics
  bus: Bus
  builder: GenericBuilder
  distGit: DistGitReader
  checks: Checks
  platforms: ReadonlyMap<string, Platform>
  scm: Pick<
    Config['scm'],
    | 'allowed'
    | 'rpms'
    | 'modules'
    | 'moduleDefaults'
    | 'customRepositories'
    | 'customCaches'
    | 'nameOverride'
    | 'streamOverride'
  >
  submission: Config['submission']
  cleanUp: Config['cleanUp']
  expansion: Config['expansion']
  hub: Config['hub']
  retries: Config['retries']
  artifacts: Artifacts
  /** What the collection of artifacts works on, and how often it does. */
  collection: Omit<ArtifactParts, 'database' | 'clock'> & { intervalMs: number }
  /** What clients are told of the service. */
  about: { version: string; authMethod: 'oidc' | 'kerberos'; instance: string }
  /** How often backends are asked for waits, and the outbox for unpublished messages. */
  lookIntervalMs: number
}

/**
 * The rooms of the module build's way, from submission to ready, put together: what is served and what is done. The
 * service and the simulator differ in the world that they give, and in nothing else.
 */
export function openRooms(given: World) {
  const world = {
    ...given,
    bus: crossed('bus', given.bus),
    builder: crossed('builder', given.builder),
  }
  const engine = new Engine(world)
  const outbox = new Outbox(world)
  const builds = { ...world, engine, outbox, develModules: world.hub.develModules }
  const rules = expansionRules(world.expansion)
  const { submission } = world
  const patterns = (texts: readonly string[]) => texts.map((text) => new RegExp(text))
  const submissions = {
    ...builds,
    ...world.scm,
    rules,
    privilegedNames: world.expansion.privilegedModules,
    defaultStreams: new Map(Object.entries(world.expansion.defaultStreams)),
    budgetMs: submission.budgetSeconds * 1000,
    componentsMax: submission.componentsMax,
    rebuildStrategy: submission.rebuildStrategy,
    baseStreamPatterns: patterns(submission.baseStreamFromBranch),
    submissionRules: { ...submission, scratchOnlyBranches: patterns(submission.scratchOnlyBranches) },
  }
  const handlers: Handlers = {
    lifeCycles: [moduleBuildLifeCycle({ engine, outbox, checks: world.checks.names })],
    effects: [...submissionEffects(submissions), ...moduleBuildEffects(builds)],
    lookouts: moduleBuildLookouts(builds),
    beats: [
      { name: 'relay', intervalMs: world.lookIntervalMs, run: (signal) => outbox.relay(signal) },
      {
        name: 'clean up',
        intervalMs: 3_600_000,
        run: async () => {
          await cleanUpFailed(builds, world.cleanUp.failedDays)
        },
      },
      { name: 'collect artifacts', intervalMs: world.collection.intervalMs, run: () => collect(world) },
    ],
  }
  const routes: FastifyPluginAsync[] = [
    submissionRoutes(submissions),
    planRoutes(submissions),
    maintenanceRoutes(submissions),
    retirementRoutes(builds),
    moduleBuildRoutes(builds),
    componentBuildRoutes(builds),
    importRoutes({ ...builds, rules, allowed: world.scm.allowed }),
    serviceRoutes({
      ...builds,
      about: world.about,
      strategies: { default: submission.rebuildStrategy, allowed: submission.rebuildStrategiesAllowed },
    }),
    eventRoutes({ ...world, intervalMs: world.lookIntervalMs }),
    effectRoutes(builds),
    ...hubRoutes(world),
  ]
  const gauges: GaugeSource[] = [
    ...jobGauges(world),
    ...outbox.gauges(),
    ...moduleBuildGauges(world.database),
  ]
  return {
    engine,
    outbox,
    handlers,
    routes,
    gauges,
    messages: moduleBuildMessages,
    /** Before anything is asked of the rooms: the platforms are known, and builds of earlier versions complete. */
    begin: async () => {
      const { database, platforms, clock } = world
      await recordPlatforms(database, platforms, rules.streamSuffixes, clock.now())
      await recordPublished(database, platforms, rules, clock.now(), (sentence) => world.log.info(sentence))
      await backfill(world.database, world.platforms)
    },
    submit: submit.bind(undefined, submissions),
    cancel: cancel.bind(undefined, builds),
    retryEffect: retryEffect.bind(undefined, builds),
    failEffect: failEffect.bind(undefined, builds),
  }
}

/** Of what nobody refers to any more so much is removed at a time. */
const collectedAtOnceMax = 1000

async function collect({ database, clock, collection }: World): Promise<void> {
  await collectArtifacts({ database, clock, ...collection }, { limit: collectedAtOnceMax })
}

/** What composes need beyond that. */
export type ComposeParts = Omit<Parameters<typeof composeEffects>[0], 'outbox'> & { clock: Clock }

/** The way from ready modules to repositories. */
export function openComposes(
  parts: ComposeParts,
  { engine, outbox }: { engine: Engine; outbox: Outbox },
): {
  handlers: Pick<Handlers, 'lifeCycles' | 'effects'>
  routes: FastifyPluginAsync[]
  gauges: GaugeSource[]
  messages: readonly MessageSchema[]
} {
  return {
    handlers: {
      lifeCycles: [composeLifeCycle({ engine, outbox })],
      effects: composeEffects({ ...parts, outbox }),
    },
    routes: [composeRoutes({ ...parts, engine })],
    gauges: composeGauges(parts.database),
    messages: composeMessages,
  }
}
