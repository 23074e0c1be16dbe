/**
 * Whether some program might take a text for a number, by the test of libmodulemd 2.15
 * (`string_is_empty_or_a_number`). The test is odd (`8e2` passes as text, `.e` does not), but writers must
 * agree for their texts to agree.
 */
export function isNumberLike(text: string): boolean {
  if (text === '.nan') return true
  const unsigned = text.replace(/^[+-]/, '')
  if (unsigned === '.inf') return true
  if (unsigned.startsWith('0x')) return /^[0-9a-fA-F]+$/.test(unsigned.slice(2))
  if (unsigned.startsWith('0o')) return /^[0-7]+$/.test(unsigned.slice(2))
  // An exponent only counts behind a point, its sign may stand anywhere behind the e, and a bare point is no
  // number.
  return /^(\d+|\d*\.\d*([eE]\d*([+-]\d*)?)?)$/.test(unsigned) && unsigned !== '.'
}
