/**
 * The modulemd document family: read, check, write. Pure: text in, documents out.
 */
export { checkModuleStream } from './check/check-module-stream.ts'
export { type ContextInput, type Contexts, computeContexts } from './contexts.ts'
export type { ModulemdDocument } from './documents.ts'
export type { Intent, ModuleDefaults } from './module-defaults.ts'
export type {
  BuildOptions,
  ModuleComponent,
  ModuleDependencies,
  ModuleReferences,
  ModuleStream,
  Profile,
  RpmComponent,
  RpmMapEntry,
  Xmd,
} from './module-stream.ts'
export { ModulemdError } from './modulemd-error.ts'
export { type Nsvc, NsvcError, nsvc, parseNsvc } from './nsvc.ts'
export { type Problem, formatProblem } from './problem.ts'
export { readModulemd } from './read/read-modulemd.ts'
export { writeModulemd } from './write/write-modulemd.ts'
