import Type from 'typebox'

/** The number of a row, within the range of PostgreSQL's integer. */
export const rowId = Type.Integer({ minimum: 1, maximum: 2_147_483_647 })

/**
 * Returns the schema of a text from outside, on one line and without control characters: PostgreSQL refuses one of
 * them, and terminals obey others.
 */
export function plainText(maxLength: number) {
  return Type.String({ maxLength, pattern: /^[^\u0000-\u001f\u007f]*$/.source })
}
