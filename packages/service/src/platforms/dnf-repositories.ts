import { UserError } from '../errors.ts'

/** A repository of a dnf `.repo` file. */
export interface DnfRepository {
  id: string
  /** Its address, or the address of a list of its mirrors. */
  place: { kind: 'baseurl' | 'mirrorlist' | 'metalink'; url: string }
}

/** The values of dnf's variables, by name: `releasever`, `basearch` … */
export type DnfVariables = ReadonlyMap<string, string>

/** Keys that some repositories need for access, and that this service does not support. */
const unknownKeys = ['sslclientcert', 'username', 'proxy']

/**
 * Reads the enabled repositories of a dnf `.repo` file. It ignores the keys for signature checks, excluded packages and
 * priorities.
 *
 * @param file its name, for messages
 * @throws UserError 422 for invalid lines, and for undefined variables
 */
export function readRepoFile(text: string, file: string, variables: DnfVariables): DnfRepository[] {
  return [...sectionsOf(text, file)].flatMap(([id, keys]) => {
    if (id === 'main' || isOff(keys.get('enabled'))) return []
    const wrong = (what: string) => new UserError(422, `${file}: the repository ${id} ${what}`)
    for (const key of unknownKeys)
      if (!['', '_none_', undefined].includes(keys.get(key)))
        throw wrong(`needs ${key}, which is not supported; give the address of a mirror`)
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
      // Indented lines continue a value.
      section.set(key, `${section.get(key) ?? ''} ${line.trim()}`)
    else throw new UserError(422, `${file}: line ${index + 1} is not valid in a .repo file`)
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
      throw wrong(`uses $${name}, which is not defined; write its value into /etc/dnf/vars/${name}`)
    return value
  })
}
