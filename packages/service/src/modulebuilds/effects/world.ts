import type { Artifacts } from '../../artifacts/index.ts'
import type { GenericBuilder } from '../../builders/index.ts'
import type { Outbox } from '../../bus/index.ts'
import type { Clock } from '../../clock.ts'
import type { Database } from '../../database/index.ts'
import type { Checks } from '../../gating/index.ts'
import type { Recorder } from '../../jobs/index.ts'
import type { Platform } from '../../platforms/index.ts'
import type { Metrics } from '../../telemetry/index.ts'

/** The parts of the world that the effects of a module build touch. */
export interface World {
  database: Database
  artifacts: Artifacts
  clock: Clock
  builder: GenericBuilder
  outbox: Outbox
  platforms: ReadonlyMap<string, Platform>
  checks: Checks
  metrics: Metrics
  /** Whether what a module does not ship comes into the hub beside it, as NAME-devel. */
  develModules: boolean
  /** How often a backend is asked for what is due. */
  lookIntervalMs: number
}

export const componentWait = 'component'
export const buildrootWait = 'buildroot'

/** Of effects whose result nobody needs to remember. */
export const nothingToRecord: Recorder = () => Promise.resolve()
