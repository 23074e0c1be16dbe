import type { ModuleDefaults } from './module-defaults.ts'
import type { ModuleStream } from './module-stream.ts'

/** Any document that this package reads and writes; `kind` tells them apart. */
export type ModulemdDocument = ModuleStream | ModuleDefaults
