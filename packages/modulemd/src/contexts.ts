import { createHash } from 'node:crypto'
import { sortedMap, sortedSet } from './byte-order.ts'
import { pythonJson } from './python-json.ts'

/** What a module build is built against and what it will need. */
export interface ContextInput {
  /** All modules of the build root to their streams, as resolved, those that others brought included. */
  buildrequires: ReadonlyMap<string, string>
  /** `requires` of every alternative of the dependencies. */
  requires: readonly ReadonlyMap<string, readonly string[]>[]
  /** The modules that stand for a platform; `platform` unless told otherwise. */
  baseModules?: readonly string[]
}

/** The digests that tell builds of one version apart. */
export interface Contexts {
  buildContext: string
  /** The same for all platforms. */
  buildContextNoBms: string
  runtimeContext: string
  /** The context of the NSVC: eight hexadecimal digits. */
  context: string
}

/**
 * Computes contexts as the Module Build Service always did (`models.ModuleBuild.contexts_from_mmd`): SHA-1 of
 * what Python's `json.dumps` makes of the requirements. Any other text would give every module another
 * context.
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

/** All streams that any alternative allows, by module. */
function unionOf(requires: ContextInput['requires']): Map<string, string[]> {
  const union = new Map<string, string[]>()
  for (const [module, streams] of requires.flatMap((alternative) => [...alternative])) {
    union.set(module, sortedSet([...(union.get(module) ?? []), ...streams]))
  }
  return sortedMap(union)
}

function sha1(text: string): string {
  return createHash('sha1').update(text).digest('hex')
}
