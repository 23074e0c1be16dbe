import type { Logger } from 'pino'
import { Artifacts, type MemoryStore } from '../artifacts/index.ts'
import type { Bus } from '../bus/index.ts'
import type { Clock } from '../clock.ts'
import { crossed, watched, type CrashPointWatcher } from '../crash-points.ts'
import { databaseOn } from '../database/index.ts'
import type { DistGitReader } from '../distgit/index.ts'
import { asInfraError, messageOf } from '../errors.ts'
import type { Checks } from '../gating/index.ts'
import { hubChanges, limited, type Hub } from '../hub/index.ts'
import { LocalHub } from '../hub/local/index.ts'
import { Readers, type Handlers } from '../jobs/index.ts'
import type { Platform } from '../platforms/index.ts'
import { buildRooms, openRooms, type MovedWorld, type World } from '../rooms.ts'
import { submitWorld } from '../submission/index.ts'
import { Metrics } from '../telemetry/index.ts'
import { audited } from './audit.ts'
import type { Announced, Connections } from './connections.ts'
import { modulesPrefix, rpmsPrefix } from './dist-git.ts'
import { FarmBuilder, type Farm } from './farm.ts'
import { SimulatedBug } from './faults.ts'
import type { Random } from './random.ts'
import type { Actor, Scheduler } from './scheduler.ts'
import { SeededQueue } from './seeded-queue.ts'

/** The parts that all processes of a simulation share. */
export interface SharedWorld {
  scheduler: Scheduler
  connections: Connections
  random: Random
  farm: Farm
  store: MemoryStore
  distGit: DistGitReader
  bus: Bus
  checks: Checks
  /** Returns the probability that the clock jumps at a look. */
  clockJumps: () => number
  /** Returns whether the current turn or effect hits a bug. */
  hasBug: () => boolean
  /** Is called at each crash point. Returns whether the process dies there. */
  onPoint: (point: string) => boolean
  /** Is called for each effect that a process performs. */
  onEffect: (effect: number, kind: string) => void
  /** Is called for an event that no fault explains. */
  onBug: (sentence: string) => void
}

/** Shared by all simulations of this process. No code reads it. */
const metrics = new Metrics()

const platform: Platform = {
  stream: 'el',
  repositories: [],
  buildGroup: ['bash'],
  srpmBuildGroup: ['bash'],
  arches: ['x86_64'],
  disttagMarking: '',
  virtualStreams: [],
  useDefaultModules: false,
}

export const simulatedPlatforms = new Map([[platform.stream, platform]])

/** One process of the service in a simulation: the rooms of the real service, in another world. */
export class SimulatedProcess implements Actor {
  readonly name: string
  alive = true
  frozenUntil = 0
  readonly queue: SeededQueue
  private readonly wakes = new Readers()
  readonly world: MovedWorld<World>
  /** The world in which the process takes submissions. */
  readonly submissions: ReturnType<typeof submitWorld>
  /** The hub for importers. */
  readonly hub: Hub
  private readonly handlers: Handlers
  private readonly shared: SharedWorld
  /** The difference between this process's clock and virtual time. */
  private skewMs = 0

  constructor(name: string, shared: SharedWorld) {
    this.name = name
    this.shared = shared
    const { scheduler, connections, random, farm, store } = shared
    const database = databaseOn(connections.pool(this))
    const clock = this.clock()
    this.queue = new SeededQueue({
      scheduler,
      connections,
      random,
      actor: this,
      watch: (work) => this.watch(work),
    })
    const collection = { store, graceMs: 20_000, intervalMs: 15_000 }
    const artifacts = new Artifacts({ database, clock, ...collection, diskFreeBytesMin: 0 })
    const hub = crossed('hub', new LocalHub({ database, artifacts, clock }), hubChanges)
    const world: World = {
      database,
      artifacts,
      collection,
      queue: this.queue,
      wakes: this.wakes,
      clock,
      log: this.log(),
      metrics,
      bus: shared.bus,
      builder: new FarmBuilder({ hub, artifacts }, farm),
      hub,
      distGit: crossed('git', shared.distGit),
      checks: shared.checks,
      platforms: simulatedPlatforms,
      scm: {
        allowed: [modulesPrefix],
        rpms: rpmsPrefix,
        modules: modulesPrefix,
        moduleDefaults: '',
        customRepositories: false,
        customCaches: false,
        nameOverride: false,
        streamOverride: false,
      },
      submission: {
        budgetSeconds: 20,
        componentsMax: 1000,
        yamlAllowed: false,
        scratchAllowed: true,
        scratchOnlyBranches: [],
        baseStreamFromBranch: [],
        rebuildStrategy: 'changed-and-after',
        rebuildStrategiesAllowed: [],
      },
      expansion: {
        onlyCompatibleBaseModules: true,
        streamSuffixes: {},
        defaultStreams: {},
        privilegedModules: [],
      },
      develModules: true,
      retries: { attemptsMax: 6, pauseSecondsMax: 20 },
      cleanUp: { failedDays: 180 },
      about: { version: '0', authMethod: 'oidc', instance: '00000000' },
      lookIntervalMs: 3000,
    }
    this.hub = hub
    const rooms = openRooms(world, buildRooms)
    this.world = rooms.world
    this.handlers = rooms.handlers
    this.submissions = { ...submitWorld(rooms.world), hub: limited(rooms.world.hub, clock) }
  }

  start(): Promise<void> {
    const handlers = audited(this.handlers, {
      wasOver: (effect, attempt) => this.queue.wasOver(effect, attempt),
      onBug: this.shared.onBug,
      onEffect: this.shared.onEffect,
      hasBug: this.shared.hasBug,
    })
    const { engine } = this.world
    engine.use(handlers)
    return this.watch(() => engine.start())
  }

  /** Runs `work` with this process's crash points. */
  watch<T>(work: () => T): T {
    const watcher: CrashPointWatcher = (boundary, name, side) => {
      const point = `${boundary} ${name} ${side}`
      const kind = this.shared.onPoint(point) ? 'death' : 'point'
      return this.shared.scheduler.step(this, kind, point, () => Promise.resolve())
    }
    return watched(watcher, work)
  }

  /** Is called when a transaction has committed new rows of this table. */
  notice(added: Announced): void {
    if (added === 'seeded_jobs') this.queue.poke()
    else this.watch(() => this.wakes.wake(added))
  }

  private clock(): Clock {
    const { scheduler, random, clockJumps } = this.shared
    return {
      now: () => {
        if (random.chance(clockJumps())) this.skewMs = random.integer(-3_600_000, 3_600_000)
        return new Date(scheduler.now + this.skewMs)
      },
      elapsed: () => scheduler.now,
      schedule: (milliseconds, work) => scheduler.after(milliseconds, this, () => this.watch(work)),
    }
  }

  /** Returns a log that reports bugs. Faults are warnings; an error in the log that is no fault is a bug. */
  private log(): Logger {
    const nothing = () => undefined
    const error = (fields: { err?: unknown }, sentence: string) => {
      if (fields.err === undefined || asInfraError(fields.err) !== undefined) return
      if (fields.err instanceof SimulatedBug) return
      this.shared.onBug(`${sentence}: ${messageOf(fields.err)}`)
    }
    return { error, warn: nothing, info: nothing, debug: nothing } as unknown as Logger
  }
}
