/** The properties that identify an archive of a lookaside. */
export interface ArchiveName {
  /** The package of the archive. */
  name: string
  file: string
  hash: string
  hashtype: string
  /** The branch of dist-git, for lookasides that keep archives by branches. */
  branch?: string | undefined
}

/**
 * The placeholders that a configured URL may have, and the required one: without it the URL would name a single place.
 */
const placeholders = {
  repository: { known: ['name'], needed: 'name' },
  archive: { known: ['name', 'file', 'hash', 'hashtype', 'branch'], needed: 'hash' },
} as const

/**
 * Returns the repository of a package or a module.
 *
 * @param place a prefix to which the name is appended as it is, or a template with `{name}`
 */
export function repositoryUrl(place: string, name: string): string {
  return isTemplate(place) ? fill(place, { name }) : `${place}${name}`
}

/**
 * Returns the URL of an archive in a lookaside.
 *
 * @param lookaside a prefix, below which archives lie at rpms/NAME/FILE/HASHTYPE/HASH/FILE (the layout of dist-git's
 * lookaside cache), or a template with `{name}`, `{file}`, `{hash}`, `{hashtype}` and `{branch}`
 */
export function archiveUrl(lookaside: string, archive: ArchiveName): string {
  if (isTemplate(lookaside)) return fill(lookaside, { ...archive })
  return cachedArchiveUrl(`${withSlash(lookaside)}rpms/${encodeURIComponent(archive.name)}`, archive)
}

/** Returns whether a lookaside keeps archives by the branch of dist-git. */
export function asksForBranch(lookaside: string): boolean {
  return lookaside.includes('{branch}')
}

/** Returns the URL of an archive in a component's own cache, which is a URL up to the package's name. */
export function cachedArchiveUrl(cache: string, { file, hash, hashtype }: ArchiveName): string {
  return `${withSlash(cache)}${[file, hashtype, hash, file].map(encodeURIComponent).join('/')}`
}

/**
 * Returns the fault of a configured URL, if it is a template.
 *
 * @returns a sentence without its subject, the key; undefined for a prefix and for a valid template
 */
export function templateFault(text: string, kind: keyof typeof placeholders): string | undefined {
  const { known, needed } = placeholders[kind]
  if (!isTemplate(text)) return undefined
  const names: readonly string[] = known
  const list = known.map((name) => `{${name}}`).join(', ')
  const unknown = [...text.matchAll(/\{([^{}]*)\}/g)].find(([, name = '']) => !names.includes(name))
  if (unknown !== undefined) return `has the unknown placeholder ${unknown[0]}; use ${list}`
  if (/[{}]/.test(text.replaceAll(/\{[^{}]*\}/g, '')))
    return `has a brace that belongs to no placeholder; use ${list}, or write the brace as %7B or %7D`
  if (!text.includes(`{${needed}}`)) return `is a template without {${needed}}; put it where it belongs`
  return undefined
}

function isTemplate(text: string): boolean {
  return /[{}]/.test(text)
}

function fill(template: string, values: Readonly<Record<string, string | undefined>>): string {
  return template.replaceAll(/\{([a-z]+)\}/g, (whole, key: string) => {
    const value = values[key]
    if (value === undefined) return whole
    // A branch with a slash is a folder within a folder there.
    return key === 'branch' ? value.split('/').map(encodeURIComponent).join('/') : encodeURIComponent(value)
  })
}

function withSlash(url: string): string {
  return `${withoutSlashes(url)}/`
}

/** Returns a URL without slashes at its end, in one pass: a component may name any cache. */
export function withoutSlashes(url: string): string {
  let end = url.length
  while (url[end - 1] === '/') end--
  return url.slice(0, end)
}
