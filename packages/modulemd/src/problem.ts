/** The kind of a problem, for programs. */
export type ProblemCode =
  /** The text is not YAML, or the bytes are not text. */
  | 'syntax'
  /** The text exceeds a limit against hostile input. */
  | 'limit'
  /** YAML that no reader of modulemd resolves: an alias, or a key that is not text. */
  | 'unreadable'
  /** The kind of document does not exist, not in this version, or is not allowed here. */
  | 'unknown-kind'
  | 'unknown-version'
  | 'unknown-key'
  | 'missing'
  | 'repeated'
  /** The document has a text, a list or a map where it needs another of them. */
  | 'type'
  /** The text is not a number, date or NEVRA. */
  | 'value'
  /** Values that contradict each other. */
  | 'inconsistent'
  /** Two documents that cannot be in one index. */
  | 'conflict'

/** One fault of a document, with its place and its correction. */
export interface Problem {
  code: ProblemCode
  message: string
  /** The correction. */
  remedy: string
  /** Counted from 1; 0 when the document does not come from a text. */
  line: number
  /** Counted from 1, in UTF-16 units; 0 when the document does not come from a text. */
  column: number
  /** A path such as `data.components.rpms.foo.ref`; empty for the text as a whole. */
  path: string
}

/** A fault without its place. */
export type Complaint = Pick<Problem, 'code' | 'message' | 'remedy'>

/** Enough for a reader to act on; a hostile text may have millions of faults. */
export const FAULTS_MAX = 1000

/** Follows the last of so many faults when there are more. */
export const TOO_MANY: Complaint = {
  code: 'limit',
  message: 'there are more problems than listed',
  remedy: 'fix the problems above first',
}

/** Returns one line for people: place, message, remedy. */
export function formatProblem({ message, line, column, path, remedy }: Omit<Problem, 'code'>): string {
  const place = [line > 0 ? `line ${line}, column ${column}` : '', path].filter((part) => part !== '')
  return `${[...place, message].join(': ')} (${remedy})`
}
