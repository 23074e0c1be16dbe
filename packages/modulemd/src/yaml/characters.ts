import type { YamlFault } from './tree.ts'

/**
 * What libyaml, and so every other reader of modulemd, allows in a text: no control characters but tab and
 * breaks.
 */
const FORBIDDEN = /[^\t\n\r\u0020-\u007e\u0085\u00a0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]|(?<!^)\ufeff/u

/** The first character that no YAML text may hold. */
export function forbiddenCharacterIn(text: string): YamlFault | undefined {
  const match = FORBIDDEN.exec(text)
  if (match === null) return undefined
  return { message: `the character ${nameOf(match[0])} cannot stand in YAML`, at: match.index }
}

/** What an escape such as `\0` can smuggle into a value, and no other reader of modulemd takes. */
export function forbiddenInValue(value: string): string | undefined {
  if (value.includes('\0')) return nameOf('\0')
  return value.isWellFormed() ? undefined : 'U+D800 to U+DFFF'
}

function nameOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
}
