import type { Database } from '../database/index.ts'
import { effectsOf, waitsOf } from '../jobs/index.ts'
import type { FullModuleBuild } from './present.ts'
import { componentsOf, requireModuleBuild, siblingIds, traceOf } from './store.ts'
import { subjectKind } from './transition.ts'

/** Reads all that the extended form shows. */
export async function loadFull(database: Database, id: number): Promise<FullModuleBuild> {
  const subject = { kind: subjectKind, id }
  const build = await requireModuleBuild(database, id)
  const [components, siblings, trace, waits, effects] = await Promise.all([
    componentsOf(database, [id]),
    siblingIds(database, [build]),
    traceOf(database, id),
    waitsOf(database, [subject]),
    effectsOf(database, subject),
  ])
  return { build, components, siblings: siblings(build), trace, waits, effects }
}
