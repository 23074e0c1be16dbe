import type { ModuleStream } from '@mbs/modulemd'

const prefix = 'published/'

/**
 * Returns the tag of a module whose packages are in the repositories of its platform. No build ever has this tag: it
 * only marks that a build root sees the stream. Upstream marks such modules with `repofile://`.
 */
export function publishedTag({
  name = '',
  stream = '',
  version = 0n,
  context = '00000000',
}: Pick<ModuleStream, 'name' | 'stream' | 'version' | 'context'>): string {
  // None of these parts can contain a slash.
  return `${prefix}${[name, stream, version, context].join('/')}`
}

/** Returns the `N:S:V:C` of such a tag; undefined for other tags. */
export function nsvcOfTag(tag: string): string | undefined {
  return tag.startsWith(prefix) ? tag.slice(prefix.length).replaceAll('/', ':') : undefined
}
