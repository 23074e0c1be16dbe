/** What kind of problem it is, for programs. */
export type ProblemCode =
  /** The text is not YAML, or not text at all. */
  | 'syntax'
  /** A bound against hostile texts is broken. */
  | 'limit'
  /** YAML that no reader of modulemd resolves: an alias, a key that is no text. */
  | 'unreadable'
  /** There is no such kind of document, or not in this version, or not here. */
  | 'unknown-kind'
  | 'unknown-version'
  | 'unknown-key'
  | 'missing'
  | 'repeated'
  /** A text, a list or a map stands where another of them belongs. */
  | 'type'
  /** A text that is no number, no date, no NEVRA. */
  | 'value'
  /** Values that do not go together. */
  | 'inconsistent'
  /** Two documents that cannot stand side by side. */
  | 'conflict'

/** One thing that is wrong with a document, where, and what would be right. */
export interface Problem {
  code: ProblemCode
  message: string
  /** What would put it right. */
  remedy: string
  /** Counted from 1; 0 when the document was not read from a text. */
  line: number
  /** Counted from 1, in UTF-16 units; 0 when the document was not read from a text. */
  column: number
  /** Such as `data.components.rpms.foo.ref`; empty for the text as a whole. */
  path: string
}

/** What is wrong, without its place. */
export type Complaint = Pick<Problem, 'code' | 'message' | 'remedy'>

/** One line for people: place, message, remedy. */
export function formatProblem({ message, line, column, path, remedy }: Problem): string {
  const place = [line > 0 ? `line ${line}, column ${column}` : '', path].filter((part) => part !== '')
  return `${[...place, message].join(': ')} (${remedy})`
}
