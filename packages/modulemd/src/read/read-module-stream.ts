import type { ModuleStream, ModuleStreamV1 } from '../module-stream.ts'
import { readArtifacts } from './artifacts.ts'
import { readDate } from './date.ts'
import { fieldsOf, fieldsOfAll, lastOf } from './fields.ts'
import { type Place, itemsOf } from './place.ts'
import { readBoolean, readText } from './scalars.ts'
import { readRpmSet, readSet } from './sets.ts'
import { CONTENT_KEYS, readStreamContent, readTable, reportFaultsOf } from './stream-content.ts'
import { readDependencies } from './stream-parts.ts'

/** The service level in which libmodulemd keeps the single end of life of a version 1 document. */
const V1_SERVICE_LEVEL = 'rawhide'

/** Reads the `data` of a stream document of version 2 and checks it. */
export function readModuleStream(data: Place): ModuleStream {
  const fields = fieldsOf(data, [
    ...CONTENT_KEYS,
    'static_context',
    'dependencies',
    'demodularized',
    'artifacts',
  ] as const)
  const stream: ModuleStream = {
    kind: 'modulemd',
    ...readStreamContent(data, fields),
    staticContext: lastOf(fields.static_context, readBoolean) ?? false,
    dependencies: fields.dependencies.flatMap(itemsOf).map(readDependencies),
    demodularized: readRpmSet(fields.demodularized),
    ...readArtifacts(fields.artifacts),
  }
  reportFaultsOf(stream, data)
  return stream
}

/** Reads the `data` of a stream document of version 1 and checks it. */
export function readModuleStreamV1(data: Place): ModuleStreamV1 {
  const fields = fieldsOf(data, [...CONTENT_KEYS, 'eol', 'dependencies', 'artifacts'] as const)
  const dependencies = fieldsOfAll(fields.dependencies, ['buildrequires', 'requires'])
  const content = readStreamContent(data, fields)
  const eol = lastOf(fields.eol, readDate)
  const isLast = (fields.eol.at(-1)?.node.at ?? 0) > (fields.servicelevels.at(-1)?.node.at ?? 0)
  if (eol !== undefined && (isLast || !content.serviceLevels.has(V1_SERVICE_LEVEL))) {
    content.serviceLevels.set(V1_SERVICE_LEVEL, eol)
  }
  const stream: ModuleStreamV1 = {
    kind: 'modulemd-v1',
    ...content,
    dependencies: {
      buildrequires: readTable(dependencies.buildrequires, readText),
      requires: readTable(dependencies.requires, readText),
    },
    artifacts: lastOf(fieldsOfAll(fields.artifacts, ['rpms']).rpms, readSet) ?? [],
  }
  reportFaultsOf(stream, data)
  return stream
}
