import { sql } from 'kysely'
import type { Tx } from '../../../database/index.ts'
import { UserError } from '../../../errors.ts'
import { requirePermission } from '../access.ts'
import type { HubChange } from '../change.ts'
import { requireName } from '../tags/tags.ts'

/** Registers a type of builds (Koji: addBType). */
export async function addBuildType(change: HubChange, name: string): Promise<void> {
  await requirePermission(change, 'admin')
  requireName(name)
  await sql`insert into hub_build_types (name) values (${name}) on conflict do nothing`.execute(change.tx)
}

/** @throws UserError (400) with Koji's message, for the first unknown type */
export async function requireTypes(tx: Tx, types: Iterable<string>): Promise<void> {
  const { rows } = await sql<{ name: string }>`select name from hub_build_types`.execute(tx)
  for (const type of types)
    if (!rows.some(({ name }) => name === type))
      throw new UserError(400, `No such entry in table btype: ${type}`, 'build.extra.typeinfo')
}
