import { hostOf } from '../errors.ts'
import type { Engine } from './engine.ts'
import type { Lookout, News } from './looks.ts'
import type { Recorder } from './news-writer.ts'
import { awayKind, pendingEffect, pendingKind, type WaitRow } from './store/index.ts'

/** The interval at which the service asks whether an unavailable backend answers again. */
const awayLookMs = 5000

/** The outcome of a piece of work that a backend has begun. */
export type PendingEnd = { is: 'pending' } | { is: 'done' } | { is: 'refused'; reason: string }

/**
 * Returns the lookout for effects that were set aside while a backend works for them. The service performs an effect
 * again when all its work has ended; the effect first asks which results exist. The effect fails when the backend has
 * refused any of the work.
 *
 * @param endsOf returns the outcomes for these handles
 */
export function pendingLookout(
  engine: Engine,
  service: string,
  intervalMs: number,
  endsOf: (handles: readonly string[]) => Promise<ReadonlyMap<string, PendingEnd>>,
): Lookout {
  return {
    kind: pendingKind(service),
    intervalMs,
    look: async (waits) => {
      const ends = await endsOf([...new Set(waits.flatMap(handlesOf))])
      return new Map(
        waits.flatMap((wait): [number, News][] => {
          const own = handlesOf(wait).flatMap((handle) => ends.get(handle) ?? [])
          if (own.some(({ is }) => is === 'pending')) return []
          const reasons = own.flatMap((end) => (end.is === 'refused' ? [end.reason] : []))
          const over: Recorder = (tx, now) =>
            reasons.length === 0
              ? engine.goOn(tx, pendingEffect(wait), now)
              : engine.giveUp(tx, pendingEffect(wait), reasons, now)
          return [[wait.id, { over }]]
        }),
      )
    },
  }
}

/**
 * Returns the lookout that asks whether an unavailable backend answers again, once for all effects that wait for it.
 *
 * All places of one host are unavailable together. Each look asks another one of them.
 *
 * @param answers whether the backend answers again
 */
export function awayLookout(
  engine: Pick<Engine, 'goOn'>,
  service: string,
  answers: (place: string) => Promise<boolean>,
): Lookout {
  let looks = 0
  return {
    kind: awayKind(service),
    intervalMs: awayLookMs,
    look: async (waits) => {
      looks++
      const byHost = Map.groupBy(waits, ({ external_id: place }) => hostOf(place))
      const there = await Promise.all(
        [...byHost.values()].map(async (same) => {
          // One of the places may be out of order for good.
          const places = [...new Set(same.map(({ external_id: place }) => place))]
          return (await answers(places[looks % places.length] ?? '')) ? same : []
        }),
      )
      return new Map(
        there.flat().map((wait): [number, News] => {
          const host = hostOf(wait.external_id)
          return [wait.id, { over: (tx, now) => engine.goOn(tx, pendingEffect(wait), now, host) }]
        }),
      )
    },
  }
}

function handlesOf({ external_id: handles }: WaitRow): string[] {
  return JSON.parse(handles) as string[]
}
