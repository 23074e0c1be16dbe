import { sql } from 'kysely'
import type { Config } from '../config/index.ts'
import type { Database } from '../database/index.ts'
import {
  nsvcOf,
  plainBuild,
  Universe,
  upstreamRules,
  type Block,
  type ExpansionRules,
  type KnownBuild,
} from '../expansion/index.ts'
import type { Buildrequires, Requirements } from '../modulebuilds/index.ts'

/** Returns the rules of expansion of the configuration. */
export function expansionRules(config: Config['expansion']): ExpansionRules {
  return {
    ...upstreamRules,
    onlyCompatibleBaseModules: config.onlyCompatibleBaseModules,
    streamSuffixes: Object.entries(config.streamSuffixes).map(([text, added]) => [new RegExp(text), added]),
  }
}

/**
 * Loads the builds to build against: the base modules, and, for the modules that the blocks name and the modules that
 * these need in turn, the newest builds of each stream on each base module.
 */
export async function loadUniverse(
  database: Database,
  { baseModules }: Pick<ExpansionRules, 'baseModules'>,
  blocks: readonly Block[],
): Promise<Universe> {
  const rows = await baseRows(database, baseModules)
  const bases = rows.map(knownBuild)
  const nsvcs = new Map(rows.map((row) => [row.id, nsvcOf(knownBuild(row))]))
  const builds: KnownBuild[] = []
  const asked = new Set<string>(baseModules)
  const namesIn = (requirements: readonly ReadonlyMap<string, unknown>[]) =>
    requirements.flatMap((one) => [...one.keys()])
  let open = namesIn([
    ...blocks.map(({ buildrequires }) => buildrequires),
    ...bases.flatMap(({ requires }) => requires),
  ])
  while (open.length > 0) {
    const names = [...new Set(open)].filter((name) => !asked.has(name))
    for (const name of names) asked.add(name)
    const found = (await newestRows(database, names)).map((row) => ({
      ...knownBuild(row),
      builtOn: row.bases.flatMap((id) => nsvcs.get(id) ?? []),
    }))
    builds.push(...found)
    open = namesIn(found.flatMap(({ requires }) => requires))
  }
  return new Universe([...bases, ...builds])
}

interface Row {
  id: number
  name: string
  stream: string
  version: string
  context: string
  state: 'ready' | 'garbage'
  koji_tag: string | null
  commit: string | null
  buildrequires: Buildrequires
  requires: Requirements[]
  virtual_streams: string[]
  bases: number[]
}

const columns = sql.raw(
  [
    'id',
    'name',
    'stream',
    'version',
    'context',
    'state',
    'koji_tag',
    'commit',
    'buildrequires',
    'requires',
    'virtual_streams',
  ]
    .map((column) => `b.${column}`)
    .join(', '),
)

/** Returns all base modules, retired ones too: builds on a retired base module may serve newer ones. */
async function baseRows(database: Database, names: readonly string[]): Promise<Row[]> {
  const { rows } = await sql<Row>`
    select ${columns}, array[]::integer[] as bases from module_builds b
     where b.name = any(${names}) and b.state in ('ready', 'garbage') and b.version_number is not null
     order by b.id`.execute(database)
  return rows
}

/**
 * Returns, for each stream, the newest version on each base module, and the newest version of builds without a base
 * module, with the base modules of each build.
 */
async function newestRows(database: Database, names: readonly string[]): Promise<Row[]> {
  const { rows } = await sql<Row>`
    with ranked as (
      select b.id, m.base_id,
          rank() over (partition by b.name, b.stream, m.base_id order by b.version_number desc) as place
        from module_builds b left join module_build_bases m on m.module_build_id = b.id
       where b.name = any(${names}) and b.state = 'ready' and b.requires is not null and not b.scratch)
    select ${columns}, array_remove(array_agg(r.base_id order by r.base_id), null) as bases
      from ranked r join module_builds b on b.id = r.id
     where r.place = 1
     group by b.id
     order by b.id`.execute(database)
  return rows
}

function knownBuild(row: Row): KnownBuild {
  return {
    ...plainBuild(row.name, row.stream, BigInt(row.version)),
    context: row.context,
    state: row.state,
    requires: row.requires.map((block) => new Map(Object.entries(block))),
    baseStreams: new Map(Object.entries(row.buildrequires).map(([name, { stream }]) => [name, stream])),
    virtualStreams: row.virtual_streams,
    ref: row.commit ?? '',
    kojiTag: row.koji_tag,
  }
}
