import type { ModuleStream } from '@mbs/modulemd'
import { NevraError, parseNevra } from '@mbs/rpm'
import { nsvcOfTag, publishedTag } from './published-tag.ts'

/** The packages and names that a stream shows and hides, by the rules of dnf's modular filtering. */
export interface ModularContent {
  /** Its packages, as NEVRAs with epoch. They are visible where the stream is in use, and hidden elsewhere. */
  packages: string[]
  /** Names that the stream reserves: other packages with such a name, or that provide it, are hidden. */
  names: string[]
}

/**
 * Returns the content of each stream, by `N:S:V:C`. Documents of several repositories or arches complete each other.
 */
export function modularContent(streams: readonly ModuleStream[]): Map<string, ModularContent> {
  const documents = Map.groupBy(streams, (stream) => nsvcOfTag(publishedTag(stream)) ?? '')
  return new Map([...documents].map(([nsvc, same]) => [nsvc, contentOf(same)]))
}

function contentOf(documents: readonly ModuleStream[]): ModularContent {
  const packages = [...new Set(documents.flatMap(({ artifacts }) => artifacts))]
  const freed = new Set(documents.flatMap(({ demodularized }) => demodularized))
  const names = packages.flatMap((nevra) => nameOf(nevra) ?? []).filter((name) => !freed.has(name))
  return { packages, names: [...new Set(names)] }
}

/**
 * Returns the name of a binary package; undefined for source packages, and for texts in a document that are not NEVRAs.
 */
function nameOf(nevra: string): string | undefined {
  try {
    const { name, arch } = parseNevra(nevra)
    return arch === 'src' || arch === 'nosrc' ? undefined : name
  } catch (error) {
    if (error instanceof NevraError) return undefined
    throw error
  }
}
