/** Names are parts of tags, paths and refs. A longer name fits neither a tag nor an index of the database. */
export const nameLengthMax = 200

/** Returns the reason why a module cannot have this name, stream or context, as a sentence; undefined if it can. */
export function nameFault(key: 'name' | 'stream' | 'context', text: string): string | undefined {
  if (/^[A-Za-z0-9][A-Za-z0-9+._-]*$/.test(text) && text.length <= nameLengthMax) return undefined
  return `"${text}" cannot be the ${key} of a module; use letters, digits and + . _ -, at most ${nameLengthMax}`
}
