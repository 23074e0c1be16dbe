import Type from 'typebox'

/** Common parts of the schemas by which routes describe their responses. */

/** The response to a request that is refused or fails. */
export const apiError = Type.Object(
  {
    status: Type.Integer(),
    error: Type.String({ description: 'the status in words' }),
    message: Type.String(),
    where: Type.Optional(Type.String({ description: 'the parameter, the key of the document or the file' })),
  },
  { title: 'Error' },
)

/** A response without a body. */
export const nothing = Type.Unsafe<undefined>(Type.Null({ description: 'done' }))

/** An instant in its JSON form; routes return the Date itself. */
export const moment = Type.Unsafe<Date>(Type.String({ format: 'date-time' }))

export function orNull<T extends Type.TSchema>(schema: T) {
  return Type.Union([schema, Type.Null()])
}

/** Returns the schema of a whole list, for lists that have a natural bound. */
export function listOf<T extends Type.TSchema>(item: T) {
  return Type.Object({ items: Type.Array(item) })
}

/** Returns the schema of a response that is not JSON. */
export function contentOf(mediaType: string, description: string) {
  return {
    description,
    content: { [mediaType]: { schema: Type.Unsafe<unknown>(Type.String({ format: 'binary' })) } },
  }
}
