/** A `modulemd-defaults` document of version 1: what is installed when the user asks for the bare module. */
export interface ModuleDefaults {
  kind: 'modulemd-defaults'
  module: string
  /** `YYYYMMDDHHMM` by convention; the newer of two documents wins. */
  modified?: bigint
  /** The default stream. */
  stream?: string
  /** Stream to its default profiles; an empty list says that there are none. */
  profiles: Map<string, string[]>
  /** Other defaults for other uses of a system; deprecated. */
  intents?: Map<string, Intent>
}

/** The defaults for one use of a system, of which one must be there. */
export interface Intent {
  /** Empty, when there is to be no default stream. */
  stream?: string
  profiles?: Map<string, string[]>
}
