import type { Complaint } from '../problem.ts'

/**
 * A rule that a stream breaks. The path leads from the stream to the faulty value. `item` is one text of a set
 * at that path.
 */
export interface StreamFault extends Complaint {
  path: readonly string[]
  item?: string
}
