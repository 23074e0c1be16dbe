import type { Database } from '../database/index.ts'
import type { GaugeSource } from '../telemetry/index.ts'
import { moduleStateNumbers } from './states.ts'
import { countModuleBuilds, countUnfinishedComponents } from './store.ts'

/** Returns gauges that count the module builds, and the components of unfinished builds, by state. */
export function moduleBuildGauges(database: Database): GaugeSource[] {
  return [
    {
      name: 'mbs_module_builds',
      help: 'Module builds',
      labels: ['state'],
      read: async () => {
        const counts = await countModuleBuilds(database)
        return Object.keys(moduleStateNumbers).map((state) => ({
          labels: { state },
          value: counts.get(state) ?? 0,
        }))
      },
    },
    {
      name: 'mbs_component_builds',
      help: 'Components of module builds that have not ended; waiting: not started yet',
      labels: ['state'],
      read: async () => {
        const counts = await countUnfinishedComponents(database)
        return ['waiting', 'building', 'complete', 'failed', 'canceled'].map((state) => ({
          labels: { state },
          value: counts.get(state) ?? 0,
        }))
      },
    },
  ]
}
