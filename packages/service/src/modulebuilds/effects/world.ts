import type { Logger } from 'pino'
import type { Artifacts } from '../../artifacts/index.ts'
import type { GenericBuilder } from '../../builders/index.ts'
import type { StateNews } from '../state-news.ts'
import type { Clock } from '../../clock.ts'
import type { Database } from '../../database/index.ts'
import type { Checks } from '../../gating/index.ts'
import type { Hub } from '../../hub/index.ts'
import type { Recorder } from '../../jobs/index.ts'
import type { Platform } from '../../platforms/index.ts'
import type { Metrics } from '../../telemetry/index.ts'

/** The services that the effects of a module build use. */
export interface World {
  database: Database
  artifacts: Artifacts
  clock: Clock
  builder: GenericBuilder
  hub: Hub
  news: StateNews
  platforms: ReadonlyMap<string, Platform>
  checks: Checks
  metrics: Metrics
  log: Logger
  /** Whether the packages that a module does not ship are also imported into the hub, as NAME-devel. */
  develModules: boolean
}

export const componentWait = 'component'
export const buildrootWait = 'buildroot'

/** For effects that have no result to record. */
export const nothingToRecord: Recorder = () => Promise.resolve()
