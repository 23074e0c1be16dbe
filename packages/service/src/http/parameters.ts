import Type from 'typebox'

/** A row's number, as far as PostgreSQL's integer goes. */
export const rowId = Type.Integer({ minimum: 1, maximum: 2_147_483_647 })

/** Text from outside, on one line: no control characters, of which PostgreSQL refuses one and terminals obey others. */
export function plainText(maxLength: number) {
  return Type.String({ maxLength, pattern: /^[^\u0000-\u001f\u007f]*$/.source })
}
