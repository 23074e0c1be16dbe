import type { ModuleStream } from '../module-stream.ts'
import { quote } from '../quote.ts'
import { isArtifactNevra } from './artifact.ts'
import { findArchFaults, findOrderFaults } from './component-faults.ts'
import { findDependencyFaults } from './dependency-faults.ts'
import type { StreamFault } from './stream-fault.ts'

/** The length of a context that a packager may choose: ten characters and the suffix of a scratch build. */
const STATIC_CONTEXT_LENGTH_MAX = 13

/**
 * The rules of libmodulemd for a stream, those on its shape aside. Names are not required: drafts have none.
 */
export function findStreamFaults(stream: ModuleStream): StreamFault[] {
  return [
    ...findContextFaults(stream),
    ...findLicenseFaults(stream),
    ...findOrderFaults(stream.components.rpms),
    ...findArchFaults(stream.components.rpms, stream.buildopts),
    ...findArtifactFaults(stream),
    ...findDependencyFaults(stream.dependencies),
  ]
}

function findContextFaults({ staticContext, context }: ModuleStream): StreamFault[] {
  if (!staticContext || context === undefined) return []
  const fault = (message: string): StreamFault[] => [{ message, path: ['context'] }]
  if (context === '') return fault('the static context is empty')
  if (context.length > STATIC_CONTEXT_LENGTH_MAX) {
    return fault(`the static context is longer than ${STATIC_CONTEXT_LENGTH_MAX} characters`)
  }
  return /^\w+$/.test(context)
    ? []
    : fault('the static context may only hold letters, digits and underscores')
}

function findLicenseFaults({ license }: ModuleStream): StreamFault[] {
  if (license.module.length > 0) return []
  return [
    {
      message: 'the license of the module is missing',
      path: ['license', 'module'],
      remedy: 'name at least one',
    },
  ]
}

function findArtifactFaults({ artifacts }: ModuleStream): StreamFault[] {
  return artifacts
    .filter((artifact) => !isArtifactNevra(artifact))
    .map((artifact) => ({
      message: `${quote(artifact)} is not a NEVRA`,
      path: ['artifacts', 'rpms'],
      item: artifact,
      remedy: 'write it as name-epoch:version-release.arch',
    }))
}
