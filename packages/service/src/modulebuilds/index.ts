/**
 * The life cycle of a module build, from `wait` to `ready`: a fresh tag, a build root, components in batches, checks.
 * `decide` is the whole life cycle as a pure function. Each other part reads the facts, writes a decision or performs
 * one effect.
 */
export { comesFromDistGit, notFromDistGit } from './actions.ts'
export { publishedDistTag } from './dist-tag.ts'
export { criticalPath, expectedDurations, type CriticalPath, type Expected } from './history.ts'
export { baseModule, findPlatform } from './find-platform.ts'
export { cancel } from './cancel.ts'
export { cleanUpFailed } from './clean-up.ts'
export { moduleEffect } from './effects/module-effect.ts'
export { stateMessages } from './api/messages.ts'
export { presentBuilds, presentImported } from './api/load-builds.ts'
export { buildrequires, extendedBuild, importedBuild } from './api/schemas.ts'
export { requireOpenNames } from './content/names.ts'
export { findExisting, lockStream } from './one-of-a-name.ts'
export { linkBases, unlinkBases } from './prepared-rows.ts'
export { recordPrepared, recordRequest, withScratchContext } from './record.ts'
export type { ModuleRequest, PreparedModule } from './prepared.ts'
export { strategyOfFailed } from './resume.ts'
export { rebuildStrategies, type RebuildStrategy, type ReuseCode, type ReuseVerdict } from './reuse.ts'
export { openModuleBuilds } from './room.ts'
export {
  componentsOf,
  nsvcText,
  requireModuleBuild,
  updateModuleBuild,
  type Buildrequires,
  type ModuleBuildRow,
  type Requirements,
} from './store.ts'
export { insertImported } from './imported.ts'
export type { StateNews } from './state-news.ts'
export { transition } from './transition.ts'
