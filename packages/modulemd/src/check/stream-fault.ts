import type { Complaint } from '../problem.ts'

/**
 * A rule that a stream breaks. The path leads from the stream to the culprit; an item is one text of a set
 * there.
 */
export interface StreamFault extends Complaint {
  path: readonly string[]
  item?: string
}
