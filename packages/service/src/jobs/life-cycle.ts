import type { Database, Tx } from '../database/index.ts'
import type { Engine, LifeCycle } from './engine.ts'
import type { KnownEffect, NewEffect } from './step.ts'
import { turnKey } from './store/index.ts'

/** One turn may decide several times, because the results of a decision may be news; no turn needs nearly this many. */
const decisionsMax = 20

/**
 * Returns the life cycle of rows of one kind, from its four parts.
 *
 * @param parts.decide decides from the facts, as a pure function; an empty decision means that nothing is new
 * @param parts.write writes a decision without its effects, which are enqueued before; false when no part of it can be
 * news to the next decision
 */
export function lifeCycle<
  Row extends object,
  Known extends { effects: ReadonlyMap<string, KnownEffect> },
  Decision extends { effects?: readonly NewEffect[] },
>(parts: {
  engine: Engine
  kind: string
  lock: (tx: Tx, id: number) => Promise<Row | undefined>
  unfinished: (database: Database) => Promise<number[]>
  readKnown: (tx: Tx, row: Row) => Promise<Known>
  decide: (known: Known) => Decision
  write: (tx: Tx, id: number, decision: Decision, now: Date) => Promise<boolean>
}): LifeCycle {
  const { engine, kind, lock, unfinished, readKnown, decide, write } = parts
  return {
    kind,
    lock,
    unfinished,
    turn: async (tx, id, locked, now) => {
      // It comes from `lock`.
      let row: Row | undefined = locked as Row
      let wasParked = false
      for (let count = 0; count < decisionsMax && row !== undefined; count++) {
        const known = await readKnown(tx, row)
        wasParked ||= known.effects.get(turnKey)?.state === 'parked'
        const decision = decide(known)
        if (Object.keys(decision).length === 0) return { wasParked }
        await engine.enqueue(tx, { kind, id }, decision.effects ?? [], now)
        if (!(await write(tx, id, decision, now))) return { wasParked }
        row = await lock(tx, id)
      }
      throw new Error(`${kind} ${id} never settles`)
    },
  }
}
