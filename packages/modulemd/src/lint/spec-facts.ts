import type { SpecFacts } from './subject.ts'

/**
 * Reads the package names and the build requirements of a spec. The result is a guess: this function expands
 * only `%{name}` and ignores conditions. A caller with better knowledge passes its own facts.
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
