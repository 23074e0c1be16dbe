import { createHash } from 'node:crypto'
import { sortedMap, sortedSet } from './byte-order.ts'
import { pythonJson } from './python-json.ts'

/** The build requirements and the run-time requirements of a module build. */
export interface ContextInput {
  /** All modules of the build root with their resolved streams, including modules that other modules require. */
  buildrequires: ReadonlyMap<string, string>
  /** The `requires` of every alternative of the dependencies. */
  requires: readonly ReadonlyMap<string, readonly string[]>[]
  /** The modules that stand for a platform; the default is `platform`. */
  baseModules?: readonly string[]
}

/** The digests that distinguish builds of one version. */
export interface Contexts {
  buildContext: string
  /** The same digest for all platforms. */
  buildContextNoBms: string
  runtimeContext: string
  /** The context of the NSVC: eight hexadecimal digits. */
  context: string
}

/**
 * Computes contexts as the Module Build Service always did (`models.ModuleBuild.contexts_from_mmd`): the SHA-1
 * of the requirements as Python's `json.dumps` writes them. Any other serialisation would give every module
 * another context.
 */
export function computeContexts({
  buildrequires,
  requires,
  baseModules = ['platform'],
}: ContextInput): Contexts {
  const withoutBase = [...buildrequires].filter(([module]) => !baseModules.includes(module))
  const buildContext = sha1(pythonJson(sortedMap(buildrequires)))
  const runtimeContext = sha1(pythonJson(unionOf(requires)))
  return {
    buildContext,
    buildContextNoBms: sha1(pythonJson(sortedMap(new Map(withoutBase)))),
    runtimeContext,
    context: sha1(`${buildContext}:${runtimeContext}`).slice(0, 8),
  }
}

/** Returns all streams that any alternative allows, by module. */
function unionOf(requires: ContextInput['requires']): Map<string, string[]> {
  const union = new Map<string, Set<string>>()
  for (const [module, streams] of requires.flatMap((alternative) => [...alternative])) {
    const known = union.get(module) ?? new Set()
    union.set(module, known)
    for (const stream of streams) known.add(stream)
  }
  return sortedMap(new Map([...union].map(([module, streams]) => [module, sortedSet(streams)])))
}

function sha1(text: string): string {
  return createHash('sha1').update(text).digest('hex')
}
