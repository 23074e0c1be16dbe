import type { ModuleDefaults } from './module-defaults.ts'
import type { ModuleObsoletes } from './module-obsoletes.ts'
import type { ModulePackager } from './module-packager.ts'
import type { ModuleStream, ModuleStreamV1 } from './module-stream.ts'
import type { ModuleTranslations } from './module-translations.ts'

/**
 * Any document of the family; `kind` tells them apart. Packagers' documents of version 2 are streams that
 * lack some keys, and are read as such.
 */
export type ModulemdDocument =
  ModuleStream | ModuleStreamV1 | ModulePackager | ModuleDefaults | ModuleObsoletes | ModuleTranslations
