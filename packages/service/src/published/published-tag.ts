import type { ModuleStream } from '@mbs/modulemd'

const prefix = 'published/'

/**
 * A tag that stands for a module whose packages lie in the repositories of its platform: no build is ever tagged with
 * it, it only says that a build root sees that stream. Upstream marks such modules with `repofile://`.
 */
export function publishedTag({
  name = '',
  stream = '',
  version = 0n,
  context = '00000000',
}: Pick<ModuleStream, 'name' | 'stream' | 'version' | 'context'>): string {
  // None of them can hold a slash.
  return `${prefix}${[name, stream, version, context].join('/')}`
}

/** The `N:S:V:C` that such a tag stands for; undefined for other tags. */
export function nsvcOfTag(tag: string): string | undefined {
  return tag.startsWith(prefix) ? tag.slice(prefix.length).replaceAll('/', ':') : undefined
}
