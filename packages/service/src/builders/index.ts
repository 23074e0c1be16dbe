/** The backends that build components. The life cycle uses only {@link GenericBuilder}. */
export { GenericBuilder } from './generic-builder.ts'
export { HubBuilder } from './hub-builder.ts'
export type {
  BuildrootPlan,
  BuildrootWish,
  Collected,
  ComponentPlan,
  LogName,
  PackageDependencies,
  RepoStatus,
  TaskId,
  TaskStatus,
} from './generic-builder.ts'
export { openBuilder } from './open-builder.ts'
export type { BuilderParts } from './open-builder.ts'
export type { LocalBuilderParts } from './local/local-builder.ts'
export { openShell } from './local/shell.ts'
export type { AttemptPlace, ShellOptions } from './local/shell.ts'
