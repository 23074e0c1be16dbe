import { sql } from 'kysely'
import type { Tx } from '../database/index.ts'

/** The module that owns the builds of a name and version. */
export interface ModuleName {
  name: string
  version: string
  /** The module and its stream. For a -devel module, this is the main module, whose name differs from `name`. */
  module: string
  stream: string
}

/**
 * Reserves a name and version of builds for a module. The row stays locked until the transaction ends, and the
 * reservation stays after that.
 *
 * @returns the holder, if another module has the name
 */
export async function takeModuleName(tx: Tx, wanted: ModuleName): Promise<ModuleName | undefined> {
  const { name, version, module, stream } = wanted
  await sql`
    insert into hub_module_names (name, version, module, stream) values (${name}, ${version}, ${module}, ${stream})
    on conflict do nothing`.execute(tx)
  const { rows } = await sql<ModuleName>`
    select name, version, module, stream from hub_module_names
     where name = ${name} and version = ${version} for update`.execute(tx)
  const [holder] = rows
  return holder?.module === module && holder.stream === stream ? undefined : holder
}

/** Hands over a name that its holder no longer uses. */
export async function handOverModuleName(
  tx: Tx,
  { name, version, module, stream }: ModuleName,
): Promise<void> {
  await sql`
    update hub_module_names set module = ${module}, stream = ${stream}
     where name = ${name} and version = ${version}`.execute(tx)
}
