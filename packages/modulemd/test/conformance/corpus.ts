import type { Topic } from './case.ts'
import { artifacts } from './cases/artifacts.ts'
import { buildOptions } from './cases/build-options.ts'
import { buildOrder } from './cases/build-order.ts'
import { components } from './cases/components.ts'
import { configurationsTopic } from './cases/configurations.ts'
import { defaultsTopic } from './cases/defaults.ts'
import { dependencies } from './cases/dependencies.ts'
import { envelope } from './cases/envelope.ts'
import { indexRules } from './cases/index-rules.ts'
import { licences } from './cases/licences.ts'
import { obsoletesTopic } from './cases/obsoletes.ts'
import { packages } from './cases/packages.ts'
import { packagersV2 } from './cases/packager-v2.ts'
import { packagersV3 } from './cases/packager-v3.ts'
import { scalars } from './cases/scalars.ts'
import { serviceLevels } from './cases/service-levels.ts'
import { severalDocuments } from './cases/several-documents.ts'
import { single } from './cases/single.ts'
import { streamsV1 } from './cases/stream-v1.ts'
import { streamsV2 } from './cases/stream-v2.ts'
import { translationsTopic } from './cases/translations.ts'
import { xmd } from './cases/xmd.ts'
import { yaml } from './cases/yaml.ts'

/** All cases, by topic. */
export const corpus: readonly Topic[] = [
  envelope,
  severalDocuments,
  yaml,
  scalars,
  streamsV1,
  streamsV2,
  dependencies,
  licences,
  packages,
  buildOptions,
  components,
  buildOrder,
  artifacts,
  xmd,
  serviceLevels,
  defaultsTopic,
  obsoletesTopic,
  translationsTopic,
  indexRules,
  single,
  packagersV2,
  packagersV3,
  configurationsTopic,
]
