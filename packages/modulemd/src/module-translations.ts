/** A `modulemd-translations` document: what people read about a stream, in other languages. */
export interface ModuleTranslations {
  kind: 'modulemd-translations'
  /** The version of the document, which libmodulemd keeps and does not look at. */
  documentVersion: bigint
  module: string
  stream: string
  /** `YYYYMMDDHHMM` by convention; the newest document of a stream counts. */
  modified: bigint
  translations: Map<string, Translation>
}

/** The words of one locale, such as `de_DE`. */
export interface Translation {
  summary?: string
  description?: string
  /** Name of a profile to its description. */
  profiles: Map<string, string>
}
