/** One thing that is wrong with a document, and where. */
export interface Problem {
  message: string
  /** Counted from 1; 0 when the document was not read from a text. */
  line: number
  /** Counted from 1, in UTF-16 units; 0 when the document was not read from a text. */
  column: number
  /** Such as `data.components.rpms.foo.ref`; empty for the text as a whole. */
  path: string
  /** What would put it right, where that can be said. */
  remedy?: string
}

/** One line for people: place, message, remedy. */
export function formatProblem({ message, line, column, path, remedy }: Problem): string {
  const place = [line > 0 ? `line ${line}, column ${column}` : '', path].filter((part) => part !== '')
  return [...place, message].join(': ') + (remedy === undefined ? '' : ` (${remedy})`)
}
