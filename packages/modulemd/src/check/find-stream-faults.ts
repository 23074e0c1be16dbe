import type { ModuleStream, ModuleStreamV1 } from '../module-stream.ts'
import { quote } from '../quote.ts'
import { isArtifactNevra } from './artifact.ts'
import { findArchFaults, findOrderFaults } from './component-faults.ts'
import { findDependencyFaults } from './dependency-faults.ts'
import type { StreamFault } from './stream-fault.ts'

/** Longest context that a packager may choose: ten characters and the suffix of a scratch build. */
const STATIC_CONTEXT_LENGTH_MAX = 13

/**
 * Applies the rules of libmodulemd for a stream, except for its shape. Names are not required: drafts have
 * none. Yields the faults one at a time, because a hostile stream may have a million.
 */
export function* findStreamFaults(stream: ModuleStream | ModuleStreamV1): Generator<StreamFault> {
  if (stream.kind === 'modulemd') yield* findContextFaults(stream)
  yield* findLicenseFaults(stream)
  yield* findOrderFaults(stream.components.rpms)
  yield* findArtifactFaults(stream)
  if (stream.kind === 'modulemd-v1') return
  yield* findArchFaults(stream.components.rpms, stream.buildopts)
  yield* findDependencyFaults(stream.dependencies)
}

function findContextFaults({ staticContext, context }: ModuleStream): StreamFault[] {
  if (!staticContext || context === undefined) return []
  const remedy = `choose 1 to ${STATIC_CONTEXT_LENGTH_MAX} letters, digits or underscores`
  const fault = (message: string): StreamFault[] => [{ code: 'value', message, remedy, path: ['context'] }]
  if (context === '') return fault('the static context is empty')
  if (context.length > STATIC_CONTEXT_LENGTH_MAX) {
    return fault(`the static context is longer than ${STATIC_CONTEXT_LENGTH_MAX} characters`)
  }
  return /^\w+$/.test(context)
    ? []
    : fault('the static context has other characters than letters, digits and underscores')
}

function findLicenseFaults({ license }: ModuleStream | ModuleStreamV1): StreamFault[] {
  if (license.module.length > 0) return []
  return [
    {
      code: 'missing',
      message: 'the license of the module is missing',
      remedy: 'name at least one',
      path: ['license', 'module'],
    },
  ]
}

function* findArtifactFaults({ artifacts }: ModuleStream | ModuleStreamV1): Generator<StreamFault> {
  for (const artifact of artifacts) {
    if (isArtifactNevra(artifact)) continue
    yield {
      code: 'value',
      message: `${quote(artifact)} is not a NEVRA`,
      remedy: 'write it as name-epoch:version-release.arch',
      path: ['artifacts', 'rpms'],
      item: artifact,
    }
  }
}
