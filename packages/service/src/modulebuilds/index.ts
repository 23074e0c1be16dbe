/**
 * The life cycle of a module build, from `wait` to `ready`: a fresh tag, a build root, components in batches,
 * checks. `decide` is the whole of it as a pure function; everything else reads what is known, writes what was
 * decided, or does one effect.
 */
export { publishedDistTag } from './dist-tag.ts'
export { criticalPath, expectedDurations, type CriticalPath, type Expected } from './history.ts'
export { baseModule, findPlatform } from './find-platform.ts'
export { cancel } from './cancel.ts'
export { cleanUpFailed } from './clean-up.ts'
export { moduleBuildEffects } from './effects/index.ts'
export { moduleBuildGauges } from './gauges.ts'
export { moduleBuildLookouts } from './lookouts.ts'
export { moduleBuildMessages } from './api/messages.ts'
export { presentBuilds, presentImported } from './api/load-builds.ts'
export { extendedBuild } from './api/schemas.ts'
export { serviceRoutes } from './api/service-routes.ts'
export { findExisting, linkBases, recordPrepared, recordRequest, withScratchContext } from './record.ts'
export type { ModuleRequest, PreparedModule } from './prepared.ts'
export { rebuildStrategies, type RebuildStrategy, type ReuseCode, type ReuseVerdict } from './reuse.ts'
export { moduleBuildRoutes } from './api/build-routes.ts'
export { componentBuildRoutes } from './api/component-routes.ts'
export {
  componentsOf,
  moduleTables,
  nsvcText,
  requireModuleBuild,
  updateModuleBuild,
  type Buildrequires,
  type ModuleBuildRow,
  type Requirements,
} from './store.ts'
export { moduleBuildLifeCycle } from './turn.ts'
