import type { LintContext, Subject } from './subject.ts'
import type { Severity } from './finding.ts'

/** What a rule has against a subject, and where: the keys below `data`, and one text of a set there. */
export interface Objection {
  message: string
  remedy: string
  path: readonly string[]
  item?: string
  /** What to do with the item: take it away, or put this in its place. */
  repair?: 'remove' | { replace: string }
  /** Where it is another one than the rule's. */
  severity?: Severity
}

/** A rule beyond validity. */
export interface Rule {
  name: string
  severity: Severity
  /** One sentence for those who configure it. */
  about: string
  find: (subject: Subject, context: LintContext) => Objection[]
}
