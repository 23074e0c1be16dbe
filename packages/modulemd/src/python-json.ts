/**
 * Writes a map of texts, or of lists of texts, as Python's `json.dumps` does: a space after `,` and `:`, ASCII
 * only.
 */
export function pythonJson(map: ReadonlyMap<string, string | readonly string[]>): string {
  const entries = [...map].map(
    ([key, value]) => `${text(key)}: ${typeof value === 'string' ? text(value) : list(value)}`,
  )
  return `{${entries.join(', ')}}`
}

function list(texts: readonly string[]): string {
  return `[${texts.map(text).join(', ')}]`
}

/**
 * Writes a text as Python does. JavaScript escapes only the characters that JSON requires. Python also escapes
 * every character that is not printable ASCII, by UTF-16 units.
 */
function text(value: string): string {
  return JSON.stringify(value).replace(
    /[^ -~]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
