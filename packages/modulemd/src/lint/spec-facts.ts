import type { SpecFacts } from './subject.ts'

/**
 * What a spec says at a glance: the packages that it names, and what it requires to be built. Nothing is
 * expanded but `%{name}`, and no condition is looked at, so it is a guess; who knows better gives better facts.
 */
export function readSpecFacts(text: string): SpecFacts {
  const name = /^Name:\s*(\S+)/im.exec(text)?.[1] ?? ''
  const expand = (word: string) => word.replaceAll(/%\{?name\}?/g, name)
  const subpackages = [...text.matchAll(/^%package\s+(-n\s+)?(\S+)/gm)].map(([, isWhole, word = '']) =>
    isWhole === undefined ? `${name}-${expand(word)}` : expand(word),
  )
  const buildRequires = [...text.matchAll(/^BuildRequires:\s*(.*)$/gim)].flatMap(([, list = '']) =>
    list
      .replaceAll(/(?:[<>]=?|=)\s*\S+/g, '')
      .split(/[\s,]+/)
      .filter((word) => word !== '')
      .map(expand),
  )
  return { buildRequires, packages: [name, ...subpackages] }
}
