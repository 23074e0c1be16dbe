/**
 * What a build has printed, fit for a terminal: it may hold sequences that set its title, its clipboard or its keys. Only
 * colours are left; of every other control character its usual picture is shown.
 */
export function forTerminal(part: Uint8Array): Buffer {
  const text = Buffer.from(part).toString('latin1')
  // In UTF-8 the second set of control characters has two bytes.
  const shown = text
    .replaceAll(/\xc2[\x80-\x9f]/g, '?')
    .replaceAll(/\x1b(?!\[[\d;]{0,20}m)/g, '^[')
    .replaceAll(/[\0-\x08\x0b-\x1a\x1c-\x1f\x7f]/g, (character) =>
      character === '\x7f'
        ? '^?'
        : character === '\r'
          ? '\r'
          : `^${String.fromCharCode(character.charCodeAt(0) + 64)}`,
    )
  return Buffer.from(shown, 'latin1')
}
