import { answers } from '../errors.ts'
import { awayLookout, pendingLookout, type Engine } from '../jobs/index.ts'
import type { Room } from '../room.ts'
import type { Hub } from './hub.ts'

/** Lets effects wait for any hub: until it has finished pending changes, and until it is available again. */
export function openHub(world: { engine: Engine; hub: Hub; lookIntervalMs: number }): Room {
  const { engine, hub, lookIntervalMs } = world
  return {
    lookouts: [
      pendingLookout(engine, 'hub', lookIntervalMs, (handles) => hub.outcomes(handles)),
      awayLookout(engine, 'hub', () => answers(hub.currentEvent())),
    ],
  }
}
