import type { ColumnType, Generated, Kysely, Selectable } from 'kysely'
import type { Database, Tx } from '../database/index.ts'

export type ComposeState = 'requested' | 'finished' | 'failed'

type Tables = {
  /** The columns that composes read, to find the module of a tag. */
  module_builds: {
    id: number
    name: string
    stream: string
    version: string | null
    context: string | null
    state: string
    scratch: boolean
  }
  registered_tags: { name: string; module_build_id: number }
  composes: {
    id: Generated<number>
    platform: string
    state: ComposeState
    state_reason: string | null
    modules: ColumnType<string[], string, string>
    signing_key: string | null
    revision: Generated<number>
    time_requested: Date
    time_completed: Date | null
  }
}

export type ComposeRow = Selectable<Tables['composes']>

function tables(database: Database | Tx): Kysely<Tables> {
  return database.$extendTables<Tables>()
}

export async function insertCompose(tx: Tx, platform: string, now: Date): Promise<number> {
  const { id } = await tables(tx)
    .insertInto('composes')
    .values({
      platform,
      state: 'requested',
      state_reason: null,
      modules: '[]',
      signing_key: null,
      time_requested: now,
      time_completed: null,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

export async function lockCompose(tx: Tx, id: number): Promise<ComposeRow | undefined> {
  return tables(tx).selectFrom('composes').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()
}

export async function loadCompose(database: Database | Tx, id: number): Promise<ComposeRow | undefined> {
  return tables(database).selectFrom('composes').selectAll().where('id', '=', id).executeTakeFirst()
}

export async function countComposes(database: Database): Promise<Map<string, number>> {
  const rows = await tables(database)
    .selectFrom('composes')
    .select((row) => ['state', row.fn.countAll<number>().as('count')])
    .groupBy('state')
    .execute()
  return new Map(rows.map(({ state, count }) => [state, count]))
}

export async function requestedComposes(database: Database): Promise<number[]> {
  const rows = await tables(database)
    .selectFrom('composes')
    .select('id')
    .where('state', '=', 'requested')
    .execute()
  return rows.map(({ id }) => id)
}

/** Returns composes, the newest first. */
export async function listComposes(
  database: Database,
  { limit, offset }: { limit: number; offset: number },
): Promise<ComposeRow[]> {
  return tables(database)
    .selectFrom('composes')
    .selectAll()
    .orderBy('id', 'desc')
    .limit(limit)
    .offset(offset)
    .execute()
}

/**
 * Returns the tags of modules that were built or imported here, by `N:S:V:C`. A module's packages are those of this
 * tag, whatever the data of its build in the hub says.
 */
export async function ownTags(
  database: Database | Tx,
  modules: readonly { name: string; stream: string; version: string; context: string }[],
): Promise<Map<string, string>> {
  if (modules.length === 0) return new Map()
  const rows = await tables(database)
    .selectFrom('module_builds as build')
    .innerJoin('registered_tags as tag', 'tag.module_build_id', 'build.id')
    .select(['build.name', 'build.stream', 'build.version', 'build.context', 'tag.name as tag'])
    .where('build.name', 'in', [...new Set(modules.map(({ name }) => name))])
    .where('build.scratch', '=', false)
    .where('build.state', 'in', ['done', 'ready'])
    .execute()
  return new Map(
    rows.map(({ tag, ...row }) => [[row.name, row.stream, row.version, row.context].join(':'), tag]),
  )
}

/** Ends a compose. Its revision is the number of its message. */
export async function endCompose(
  tx: Tx,
  id: number,
  end: {
    state: ComposeState
    reason: string | null
    modules: readonly string[]
    signingKey: string | null
  },
  now: Date,
): Promise<number> {
  const { revision } = await tables(tx)
    .updateTable('composes')
    .set((row) => ({
      state: end.state,
      state_reason: end.reason,
      modules: JSON.stringify(end.modules),
      signing_key: end.signingKey,
      time_completed: now,
      revision: row('revision', '+', 1),
    }))
    .where('id', '=', id)
    .returning('revision')
    .executeTakeFirstOrThrow()
  return revision
}
