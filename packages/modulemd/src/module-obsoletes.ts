/** A `modulemd-obsoletes` document of version 1: the end of life of a stream, or of one context of it. */
export interface ModuleObsoletes {
  kind: 'modulemd-obsoletes'
  /** `YYYY-MM-DDTHH:MMZ`; the newest document of a stream takes precedence. */
  modified: string
  /** Revokes earlier documents. */
  isReset: boolean
  module: string
  stream: string
  /** The context; absent means all contexts. */
  context?: string
  /** `YYYY-MM-DDTHH:MMZ`; absent means at once. */
  eolDate?: string
  message: string
  obsoletedBy?: { module: string; stream: string }
}
