/** A `modulemd-obsoletes` document of version 1: a stream, or one context of it, comes to its end. */
export interface ModuleObsoletes {
  kind: 'modulemd-obsoletes'
  /** `YYYY-MM-DDTHH:MMZ`; the newest document of a stream counts. */
  modified: string
  /** Takes earlier documents back. */
  isReset: boolean
  module: string
  stream: string
  /** All contexts, when absent. */
  context?: string
  /** `YYYY-MM-DDTHH:MMZ`; at once, when absent. */
  eolDate?: string
  message: string
  obsoletedBy?: { module: string; stream: string }
}
