/** Names are parts of tags, paths and refs. Longer ones fit no tag, and no index. */
const nameLengthMax = 200

/** Why a module cannot have this name, stream or context, as a sentence; undefined where it can. */
export function nameFault(key: 'name' | 'stream' | 'context', text: string): string | undefined {
  if (/^[A-Za-z0-9][A-Za-z0-9+._-]*$/.test(text) && text.length <= nameLengthMax) return undefined
  return `"${text}" cannot be the ${key} of a module; use letters, digits and + . _ -, at most ${nameLengthMax}`
}
