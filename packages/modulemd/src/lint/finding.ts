/** How bad a finding is; notes are for those who look. */
export type Severity = 'error' | 'warning' | 'note'

/** One place in the text, both counted from 1, columns in UTF-16 units. */
export interface Position {
  line: number
  column: number
}

/** Text to be put instead of what stands between two places; the end is behind the last character. */
export interface Fix {
  start: Position
  end: Position
  text: string
}

/** Something that a rule has found: like a problem, but for documents that are valid, too. */
export interface Finding extends Position {
  rule: string
  severity: Severity
  message: string
  remedy: string
  /** Such as `data.filter.rpms`; empty for the text as a whole. */
  path: string
  /** What puts it right, where a program can. */
  fix?: Fix
}
