import type { Clock } from '../clock.ts'
import type { Database } from '../database/index.ts'
import type { GaugeSource } from '../telemetry/index.ts'
import { countOpenEffects, countWaits } from './store/index.ts'

/** Returns the gauges of open effects and waits, of all processes together. */
export function jobGauges({ database, clock }: { database: Database; clock: Clock }): GaugeSource[] {
  return [
    {
      name: 'mbs_effects',
      help: 'Effects that have not ended; retry: after a first attempt',
      labels: ['kind', 'state'],
      read: async () =>
        (await countOpenEffects(database)).map(({ kind, state, retries, count }) => ({
          labels: { kind, state: state === 'queued' && retries ? 'retry' : state },
          value: count,
        })),
    },
    {
      name: 'mbs_waits',
      help: 'Open waits',
      labels: ['kind'],
      read: async () =>
        (await countWaits(database)).map(({ kind, count }) => ({ labels: { kind }, value: count })),
    },
    {
      name: 'mbs_wait_oldest_seconds',
      help: 'Age of the oldest wait',
      labels: ['kind'],
      read: async () =>
        (await countWaits(database)).map(({ kind, oldest }) => ({
          labels: { kind },
          value: (clock.now().getTime() - oldest.getTime()) / 1000,
        })),
    },
  ]
}
