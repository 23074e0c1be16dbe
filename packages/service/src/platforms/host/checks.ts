/** The names that one RPM requires and provides. */
export interface RpmRelations {
  name: string
  requires: string[]
  provides: string[]
}

/** The query format that `parseRelations` reads. File names count as provided. */
export const relationsFormat = [
  'N\\t%{NAME}\\n',
  '[R\\t%{REQUIRENAME}\\n]',
  '[P\\t%{PROVIDENAME}\\n]',
  '[P\\t%{FILENAMES}\\n]',
].join('')

/** Reads the output of `rpm -qp` with `relationsFormat`. */
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

/** Returns required names that no RPM of the set provides, each with one RPM that requires it. */
export function unsatisfied(rpms: RpmRelations[]): { name: string; by: string }[] {
  const provided = new Set(rpms.flatMap((rpm) => rpm.provides))
  const open = new Map<string, string>()
  for (const rpm of rpms)
    for (const name of rpm.requires)
      // rpmlib() names abilities of rpm itself. A condition in brackets is left to the resolver.
      if (!provided.has(name) && !/^(?:rpmlib\(|\()/.test(name)) open.set(name, rpm.name)
  return [...open].map(([name, by]) => ({ name, by })).sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** Returns a pattern for `__requires_exclude` that matches exactly these names, written without a backslash. */
export function excludePattern(names: string[]): string {
  const literal = (name: string) => name.replace(/[.+*?()[\]{}|^$\\]/g, '[$&]').replaceAll('[^]', '\\^')
  return `^(${names.map(literal).join('|')})( .*)?$`
}
