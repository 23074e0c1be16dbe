/**
 * Returns whether a program may read a text as a number, by the test of libmodulemd 2.15
 * (`string_is_empty_or_a_number`). The test is odd: it takes `.e` for a number and `8e2` for text. All writers
 * must use the same test to write the same text.
 */
export function isNumberLike(text: string): boolean {
  if (text === '.nan') return true
  const unsigned = text.replace(/^[+-]/, '')
  if (unsigned === '.inf') return true
  if (unsigned.startsWith('0x')) return /^[0-9a-fA-F]+$/.test(unsigned.slice(2))
  if (unsigned.startsWith('0o')) return /^[0-7]+$/.test(unsigned.slice(2))
  // An exponent only counts behind a point. Its sign may stand anywhere behind the e. A bare point is not a
  // number.
  return /^(\d+|\d*\.\d*([eE]\d*([+-]\d*)?)?)$/.test(unsigned) && unsigned !== '.'
}
