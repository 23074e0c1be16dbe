import type { ProblemCode } from '../../src/index.ts'

/** Who reads the texts of a topic: an index, or a reader of one document. */
export type Reader = 'index' | 'single' | 'packager-v2' | 'packager-v3'

/** The first problem of a text. */
export interface Refusal {
  code: ProblemCode
  path: string
}

/** A small text, and what is to be said of it; undefined where it is taken. */
export interface Case {
  about: string
  text: string
  strict: Refusal | undefined
  lax: Refusal | undefined
}

/** Cases that belong together. */
export interface Topic {
  title: string
  reader: Reader
  cases: readonly Case[]
}

/** A text that every reader takes. */
export function taken(about: string, text: string): Case {
  return { about, text, strict: undefined, lax: undefined }
}

/** A text that every reader refuses, for the same reason. */
export function refused(about: string, text: string, code: ProblemCode, path: string): Case {
  return { about, text, strict: { code, path }, lax: { code, path } }
}

/** A text that only lax readers take. */
export function refusedStrictly(about: string, text: string, code: ProblemCode, path: string): Case {
  return { about, text, strict: { code, path }, lax: undefined }
}
