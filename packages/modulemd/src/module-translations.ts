/** A `modulemd-translations` document: the texts of a stream in other languages. */
export interface ModuleTranslations {
  kind: 'modulemd-translations'
  /** The version of the document. libmodulemd keeps the number and does not check it. */
  documentVersion: bigint
  module: string
  stream: string
  /** `YYYYMMDDHHMM` by convention; the newest document of a stream takes precedence. */
  modified: bigint
  translations: Map<string, Translation>
}

/** The texts of one locale, such as `de_DE`. */
export interface Translation {
  summary?: string
  description?: string
  /** Name of a profile to its description. */
  profiles: Map<string, string>
}
