import type { ModuleDefaults } from './module-defaults.ts'
import type { ModuleObsoletes } from './module-obsoletes.ts'
import type { ModulePackager } from './module-packager.ts'
import type { ModuleStream, ModuleStreamV1 } from './module-stream.ts'
import type { ModuleTranslations } from './module-translations.ts'

/**
 * Any document of the family; `kind` distinguishes them. A packager document of version 2 is a stream that
 * lacks some keys, so the reader returns it as a stream.
 */
export type ModulemdDocument =
  ModuleStream | ModuleStreamV1 | ModulePackager | ModuleDefaults | ModuleObsoletes | ModuleTranslations
