import type { Database } from '../database/index.ts'
import type { GaugeSource } from '../telemetry/index.ts'
import { countComposes } from './store.ts'

/** Returns the gauge that counts the composes in each state. */
export function composeGauges(database: Database): GaugeSource[] {
  return [
    {
      name: 'mbs_composes',
      help: 'Composes',
      labels: ['state'],
      read: async () => {
        const counts = await countComposes(database)
        return ['requested', 'finished', 'failed'].map((state) => ({
          labels: { state },
          value: counts.get(state) ?? 0,
        }))
      },
    },
  ]
}
