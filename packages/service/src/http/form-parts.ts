import { messageOf, UserError } from '../errors.ts'

/**
 * Yields the parts of a form as they arrive. A body that is no form, or only the beginning of one, is the sender's
 * fault.
 *
 * @param open begins to read the form
 * @throws UserError (400)
 */
export async function* formParts<Part>(open: () => AsyncIterable<Part>): AsyncGenerator<Part> {
  try {
    const parts = open()[Symbol.asyncIterator]()
    for (;;) {
      const next = await parts.next()
      if (next.done === true) return
      yield next.value
    }
  } catch (error) {
    throw unreadable(error)
  }
}

/**
 * Reads a part to its end.
 *
 * @throws UserError (400) for a part that is cut off
 */
export async function wholePart(part: { toBuffer: () => Promise<Buffer> }): Promise<Buffer> {
  return part.toBuffer().catch((error: unknown) => {
    throw unreadable(error)
  })
}

/** Returns the error for the sender. An error with a status of its own (too large, too many) keeps it. */
function unreadable(error: unknown): unknown {
  if (error instanceof UserError) return error
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined
  return typeof status === 'number' && status < 500 && status !== 406
    ? error
    : new UserError(400, `The form cannot be read: ${messageOf(error)}`)
}
