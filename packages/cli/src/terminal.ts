/**
 * Makes the output of a build safe for a terminal: it may contain sequences that set the terminal's title,
 * clipboard or keys. Colours, tabs and line breaks stay. Every other control character becomes visible, such as
 * `^A`.
 */
export function forTerminal(part: Uint8Array): Buffer {
  const text = Buffer.from(part).toString('latin1')
  // The second set of control characters (C1) has two bytes in UTF-8.
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
