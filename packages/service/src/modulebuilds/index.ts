/**
 * The life cycle of a module build, from `wait` to `ready`: a fresh tag, a build root, components in batches,
 * checks. `decide` is the whole of it as a pure function; everything else reads what is known, writes what was
 * decided, or does one effect.
 */
export { cancel } from './cancel.ts'
export { moduleBuildEffects } from './effects.ts'
export { moduleBuildGauges } from './gauges.ts'
export { loadFull } from './load-full.ts'
export { moduleBuildLookouts } from './lookouts.ts'
export { moduleBuildMessages } from './messages.ts'
export { presentExtended } from './present.ts'
export { recordPrepared, recordRequest } from './record.ts'
export type { ModuleRequest, PreparedModule } from './record.ts'
export { moduleBuildRoutes } from './routes.ts'
export { readyModules, requireModuleBuild } from './store.ts'
export { moduleBuildLifeCycle } from './turn.ts'
