/**
 * Yields the elements of one name: the attributes, unparsed, and the content up to the next end tag. Elements of
 * the same name within each other are not told apart. The time is linear in the length of the text, even where
 * elements never end.
 */
export function* elementsOf(text: string, name: string): Generator<{ attributes: string; content: string }> {
  const begin = new RegExp(`<${name}\\s`, 'g')
  const endTag = `</${name}>`
  while (begin.test(text)) {
    const close = text.indexOf('>', begin.lastIndex)
    const end = close === -1 ? -1 : text.indexOf(endTag, close)
    // No later element ends either.
    if (end === -1) return
    yield { attributes: text.slice(begin.lastIndex, close), content: text.slice(close + 1, end) }
    begin.lastIndex = end + endTag.length
  }
}
