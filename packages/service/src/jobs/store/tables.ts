import type { Generated, Kysely, Selectable } from 'kysely'
import type { Database, Tx } from '../../database/index.ts'

export const effectStates = ['queued', 'done', 'failed', 'parked', 'canceled'] as const
export type EffectState = (typeof effectStates)[number]
export type Blame = 'user' | 'infra' | 'bug'

export type JobTables = {
  effects: {
    id: Generated<number>
    subject: string
    key: string
    kind: string
    payload: Record<string, unknown>
    state: EffectState
    attempt: Generated<number>
    attempts_forgiven: Generated<number>
    answered: Generated<string | null>
    error: string | null
    blame: Blame | null
    created_at: Date
    finished_at: Date | null
  }
  waits: {
    id: Generated<number>
    subject: string
    key: string
    kind: string
    external_id: string
    sentence: string
    since: Date
    next_look: Date
  }
}

export type EffectRow = Selectable<JobTables['effects']>
export type WaitRow = Selectable<JobTables['waits']>

/** Returns the database with this room's types of effects and waits. */
export function jobTables(database: Database | Tx): Kysely<JobTables> {
  return database.$extendTables<JobTables>()
}
