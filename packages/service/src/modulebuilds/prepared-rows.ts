import { sql } from 'kysely'
import type { Tx } from '../database/index.ts'
import type { PreparedComponent, PreparedModule } from './prepared.ts'
import { moduleTables } from './store.ts'

/** Returns the columns of a prepared module that a resumed build takes from its new submission. */
export function moduleRow(prepared: PreparedModule) {
  return {
    srpms: [...prepared.srpms],
    scmurl: prepared.scmurl,
    commit: prepared.commit,
    platform: prepared.platform,
    arches: [...prepared.arches],
    modulemd: prepared.modulemd,
    build_context: prepared.buildContext,
    build_context_no_bms: prepared.buildContextNoBms,
    runtime_context: prepared.runtimeContext,
    buildrequires: JSON.stringify(prepared.buildrequires),
    requires: JSON.stringify(prepared.requires),
    dependency_order: prepared.dependencyOrder,
    reused_module_id: prepared.reusedModuleId,
  }
}

/** Returns the columns of a prepared component. */
export function componentRow({ key: _key, reuse, expected, ...row }: PreparedComponent) {
  return {
    ...row,
    arches: [...row.arches],
    expected_seconds: expected?.seconds ?? null,
    expected_error: expected?.error ?? null,
    reused_component_id: reuse.componentId,
    reuse_code: reuse.code,
    reuse_detail: reuse.detail,
  }
}

/**
 * Records the base modules of a build. Stops at the first one that the service does not know.
 *
 * @returns number of base modules that were recorded
 */
export async function linkBases(tx: Tx, id: number, bases: PreparedModule['bases']): Promise<number> {
  let known = 0
  for (const { name, stream, version, context } of bases) {
    const { rows } = await sql`
      insert into module_build_bases (module_build_id, base_id)
      select ${id}, id from module_builds
       where name = ${name} and stream = ${stream} and version = ${version} and context = ${context}
         and state in ('ready', 'garbage')
       order by id limit 1
      on conflict (module_build_id, base_id) do update set base_id = excluded.base_id
      returning base_id`.execute(tx)
    if (rows.length === 0) return known
    known++
  }
  return known
}

/** Deletes the links from a build to its base modules. */
export async function unlinkBases(tx: Tx, id: number): Promise<void> {
  await moduleTables(tx).deleteFrom('module_build_bases').where('module_build_id', '=', id).execute()
}
