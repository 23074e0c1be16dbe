/** A `modulemd-defaults` document of version 1: the stream and the profiles that a bare module name stands for. */
export interface ModuleDefaults {
  kind: 'modulemd-defaults'
  module: string
  /** `YYYYMMDDHHMM` by convention; the newer of two documents takes precedence. */
  modified?: bigint
  /** The default stream. */
  stream?: string
  /** Stream to its default profiles; an empty list means that there are none. */
  profiles: Map<string, string[]>
  /** Other defaults for other uses of a system; deprecated. */
  intents?: Map<string, Intent>
}

/** Defaults for one use of a system. At least one of the two keys is present. */
export interface Intent {
  /** An empty text means that there is no default stream. */
  stream?: string
  profiles?: Map<string, string[]>
}
