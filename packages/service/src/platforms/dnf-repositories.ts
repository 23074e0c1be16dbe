import { UserError } from '../errors.ts'

/** A repository of a dnf `.repo` file. */
export interface DnfRepository {
  id: string
  /** Where it is, or a list of the places where it is. */
  place: { kind: 'baseurl' | 'mirrorlist' | 'metalink'; url: string }
}

/** What dnf's variables stand for, by name: `releasever`, `basearch` … */
export type DnfVariables = ReadonlyMap<string, string>

/** Keys without which a repository cannot be had, and that nothing here knows. */
const unknownKeys = ['sslclientcert', 'username', 'proxy']

/**
 * Reads the enabled repositories of a dnf `.repo` file. How their packages are verified, what is left out of them and
 * their priorities are not read.
 *
 * @param file its name, for messages
 * @throws UserError 422 for what cannot be read, and for variables that stand for nothing
 */
export function readRepoFile(text: string, file: string, variables: DnfVariables): DnfRepository[] {
  return [...sectionsOf(text, file)].flatMap(([id, keys]) => {
    if (id === 'main' || isOff(keys.get('enabled'))) return []
    const wrong = (what: string) => new UserError(422, `${file}: the repository ${id} ${what}`)
    for (const key of unknownKeys)
      if (!['', '_none_', undefined].includes(keys.get(key)))
        throw wrong(`needs ${key}, which is not known here; give the address of a mirror of it`)
    for (const kind of ['baseurl', 'mirrorlist', 'metalink'] as const) {
      const [first] = (keys.get(kind) ?? '').split(/[\s,]+/).filter((url) => url !== '')
      if (first === undefined) continue
      const name = (value: string) => substituted(value, variables, wrong)
      return [{ id: name(id), place: { kind, url: name(first) } }]
    }
    throw wrong('has no baseurl, mirrorlist or metalink')
  })
}

function sectionsOf(text: string, file: string): Map<string, Map<string, string>> {
  const sections = new Map<string, Map<string, string>>()
  let section: Map<string, string> | undefined
  let key: string | undefined
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (/^\s*(?:[#;].*)?$/.test(line)) continue
    const [, id] = /^\[(.+)\]\s*$/.exec(line) ?? []
    const [, name, value = ''] = /^(\w+)\s*[=:]\s*(.*?)\s*$/.exec(line) ?? []
    if (id !== undefined) {
      section = new Map()
      sections.set(id, section)
      key = undefined
    } else if (section !== undefined && name !== undefined) {
      key = name
      section.set(name, value)
    } else if (section !== undefined && key !== undefined && /^\s/.test(line))
      // A value goes on in lines that are indented.
      section.set(key, `${section.get(key) ?? ''} ${line.trim()}`)
    else throw new UserError(422, `${file}: line ${index + 1} is no part of a .repo file`)
  }
  return sections
}

function isOff(value: string | undefined): boolean {
  return ['0', 'no', 'false', 'off'].includes(value?.toLowerCase() ?? '')
}

function substituted(text: string, variables: DnfVariables, wrong: (what: string) => UserError): string {
  return text.replaceAll(/\$(?:\{(\w+)\}|(\w+))/g, (_all, braced?: string, bare?: string) => {
    const name = braced ?? bare ?? ''
    const value = variables.get(name)
    if (value === undefined)
      throw wrong(`uses $${name}, and nothing says what that is; write it into /etc/dnf/vars/${name}`)
    return value
  })
}
