/** Names required and provided by one RPM. */
export interface RpmRelations {
  name: string
  requires: string[]
  provides: string[]
}

/** The query that `parseRelations` reads; file names count as provided. */
export const relationsFormat = [
  'N\\t%{NAME}\\n',
  '[R\\t%{REQUIRENAME}\\n]',
  '[P\\t%{PROVIDENAME}\\n]',
  '[P\\t%{FILENAMES}\\n]',
].join('')

/** Reads the answer of `rpm -qp` with `relationsFormat`. */
export function parseRelations(text: string): RpmRelations[] {
  const all: RpmRelations[] = []
  for (const line of text.split('\n')) {
    const [kind, value = ''] = line.split('\t')
    if (kind === 'N') all.push({ name: value, requires: [], provides: [] })
    else if (kind === 'R') all.at(-1)?.requires.push(value)
    else if (kind === 'P') all.at(-1)?.provides.push(value)
  }
  return all
}

/** Required names that no RPM of the set provides, each with one RPM that asks for it. */
export function unsatisfied(rpms: RpmRelations[]): { name: string; by: string }[] {
  const provided = new Set(rpms.flatMap((rpm) => rpm.provides))
  const open = new Map<string, string>()
  for (const rpm of rpms)
    for (const name of rpm.requires)
      // rpmlib() is what rpm itself can do; a condition in brackets is left to the resolver.
      if (!provided.has(name) && !/^(?:rpmlib\(|\()/.test(name)) open.set(name, rpm.name)
  return [...open].map(([name, by]) => ({ name, by })).sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** A pattern for `__requires_exclude` that matches these names and nothing else, written without a backslash. */
export function excludePattern(names: string[]): string {
  const literal = (name: string) => name.replace(/[.+*?()[\]{}|^$\\]/g, '[$&]').replaceAll('[^]', '\\^')
  return `^(${names.map(literal).join('|')})( .*)?$`
}
