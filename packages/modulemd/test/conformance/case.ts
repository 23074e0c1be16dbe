import type { ProblemCode } from '../../src/index.ts'

/** The reader of a topic's texts: an index, or a reader of one document. */
export type Reader = 'index' | 'single' | 'packager-v2' | 'packager-v3'

/** The first problem of a text. */
export interface Refusal {
  code: ProblemCode
  path: string
}

/** A small text with its expected problem; undefined when the reader accepts the text. */
export interface Case {
  about: string
  text: string
  strict: Refusal | undefined
  lax: Refusal | undefined
}

/** Cases of one subject. */
export interface Topic {
  title: string
  reader: Reader
  cases: readonly Case[]
}

/** Returns the case of a text that every reader accepts. */
export function taken(about: string, text: string): Case {
  return { about, text, strict: undefined, lax: undefined }
}

/** Returns the case of a text that every reader refuses for the same reason. */
export function refused(about: string, text: string, code: ProblemCode, path: string): Case {
  return { about, text, strict: { code, path }, lax: { code, path } }
}

/** Returns the case of a text that only lax readers accept. */
export function refusedStrictly(about: string, text: string, code: ProblemCode, path: string): Case {
  return { about, text, strict: { code, path }, lax: undefined }
}
