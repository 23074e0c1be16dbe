/** No name that people chose is longer. */
const LENGTH_MAX = 200

/** Returns a value for a message: quoted, on one line and shortened. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text)
}

/** Returns a text for a path or a list in a message. Only a text longer than all names is shortened. */
export function shortened(text: string): string {
  // The cut may halve a character, and half a character is not text.
  return text.length > LENGTH_MAX ? `${text.slice(0, LENGTH_MAX).toWellFormed()}…` : text
}
