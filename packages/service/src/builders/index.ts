/** The backends that build components. The life cycle knows {@link GenericBuilder} and nothing else of them. */
export { GenericBuilder } from './generic-builder.ts'
export { HubBuilder } from './hub-builder.ts'
export type {
  BuildrootPlan,
  ComponentPlan,
  LogName,
  PackageDependencies,
  RepoStatus,
  TaskId,
  TaskStatus,
} from './generic-builder.ts'
export { openBuilder } from './open-builder.ts'
export type { BuilderParts } from './open-builder.ts'
export { openShell } from './local/shell.ts'
export type { AttemptPlace, ShellOptions } from './local/shell.ts'
