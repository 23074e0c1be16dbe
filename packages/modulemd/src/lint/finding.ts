/** Severity of a finding. A note is only information. */
export type Severity = 'error' | 'warning' | 'note'

/** One place in the text. Line and column are counted from 1, columns in UTF-16 units. */
export interface Position {
  line: number
  column: number
}

/** A text that replaces the text between two places. The end is behind the last replaced character. */
export interface Fix {
  start: Position
  end: Position
  text: string
}

/** A result of a rule: like a problem, but also for valid documents. */
export interface Finding extends Position {
  rule: string
  severity: Severity
  message: string
  remedy: string
  /** A path such as `data.filter.rpms`; empty for the text as a whole. */
  path: string
  /** The correction, if a program can make it. */
  fix?: Fix
}
