import type { Database, Tx } from '../database/index.ts'
import type { Engine, LifeCycle } from './engine.ts'
import type { NewEffect } from './step.ts'

/** One turn may decide several times, because the results of a decision may be news; no turn needs nearly this many. */
const decisionsMax = 20

/**
 * Returns the life cycle of rows of one kind, from its four parts.
 *
 * @param parts.decide decides from the facts, as a pure function; an empty decision means that nothing is new
 * @param parts.write writes a decision without its effects, which are enqueued before; false when no part of it can be
 * news to the next decision
 */
export function lifeCycle<Known, Decision extends { effects?: readonly NewEffect[] }>(parts: {
  engine: Engine
  kind: string
  lock: (tx: Tx, id: number) => Promise<boolean>
  unfinished: (database: Database) => Promise<number[]>
  readKnown: (tx: Tx, id: number) => Promise<Known>
  decide: (known: Known) => Decision
  write: (tx: Tx, id: number, decision: Decision, now: Date) => Promise<boolean>
}): LifeCycle {
  const { engine, kind, lock, unfinished, readKnown, decide, write } = parts
  return {
    kind,
    lock,
    unfinished,
    turn: async (tx, id, now) => {
      for (let count = 0; count < decisionsMax; count++) {
        const decision = decide(await readKnown(tx, id))
        if (Object.keys(decision).length === 0) return
        await engine.enqueue(tx, { kind, id }, decision.effects ?? [], now)
        if (!(await write(tx, id, decision, now))) return
      }
      throw new Error(`${kind} ${id} never settles`)
    },
  }
}
