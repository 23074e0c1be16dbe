import type { LintContext, Subject } from './subject.ts'
import type { Severity } from './finding.ts'

/** A finding of a rule about a subject, with its place: the keys below `data`, and one text of a set there. */
export interface Objection {
  message: string
  remedy: string
  path: readonly string[]
  item?: string
  /** The correction of the item: remove it, or replace it by this text. */
  repair?: 'remove' | { replace: string }
  /** The severity, when it differs from the rule's. */
  severity?: Severity
}

/** A rule beyond validity. */
export interface Rule {
  name: string
  severity: Severity
  /** One sentence for the user who configures the rule. */
  about: string
  find: (subject: Subject, context: LintContext) => Objection[]
}
