import { sql } from 'kysely'
import Type from 'typebox'
import type { Database } from '../database/index.ts'

const textOrNull = Type.Union([Type.String(), Type.Null()])

/** A ready build of a stream that has a component. */
export const shippedComponent = Type.Object(
  {
    id: Type.Integer(),
    name: Type.String(),
    stream: Type.String(),
    version: Type.String(),
    context: Type.String(),
    platform: Type.String(),
    scmurl: textOrNull,
    branch: textOrNull,
    nvr: textOrNull,
    ref: textOrNull,
    composes: Type.Array(Type.Integer(), {
      description: 'the newest compose of each platform that contains the module',
    }),
  },
  { title: 'ShippedComponent' },
)
export type ShippedComponent = Type.Static<typeof shippedComponent>

/**
 * Returns the newest ready builds of each stream and context that have a component, and the composes that ship them.
 */
export async function whereIs(database: Database, component: string): Promise<ShippedComponent[]> {
  const { rows } = await sql<ShippedComponent>`
    with newest as (
      select distinct on (b.name, b.stream, b.platform, b.build_context, b.runtime_context) b.*
        from module_builds b
       where b.state = 'ready' and not b.scratch and b.version_number is not null
         and b.name in (select m.name from component_builds c join module_builds m on m.id = c.module_build_id
                         where c.package = ${component})
       order by b.name, b.stream, b.platform, b.build_context, b.runtime_context, b.version_number desc),
    latest as (
      select distinct on (platform) id, modules from composes where state = 'finished' order by platform, id desc)
    select n.id, n.name, n.stream, n.version, n.context, n.platform, n.scmurl, n.branch, c.nvr, c.ref,
        array(select l.id from latest l
               where l.modules ? (n.name || ':' || n.stream || ':' || n.version || ':' || n.context)
               order by l.id) as composes
      from newest n join component_builds c on c.module_build_id = n.id and c.package = ${component}
     order by n.name, n.stream, n.platform, n.context`.execute(database)
  return rows
}
