import type { Database } from '../database/index.ts'
import { effectsOf, waitsOf } from '../jobs/index.ts'
import type { FullModuleBuild } from './present.ts'
import { componentsOf, requireModuleBuild, traceOf } from './store.ts'
import { subjectKind } from './transition.ts'

/** Reads all that the extended form shows. */
export async function loadFull(database: Database, id: number): Promise<FullModuleBuild> {
  const subject = { kind: subjectKind, id }
  const [build, components, trace, waits, effects] = await Promise.all([
    requireModuleBuild(database, id),
    componentsOf(database, [id]),
    traceOf(database, id),
    waitsOf(database, [subject]),
    effectsOf(database, subject),
  ])
  return { build, components, trace, waits, effects }
}
