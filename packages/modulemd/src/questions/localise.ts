import type { StreamContent } from '../module-stream.ts'
import type { ModuleTranslations } from '../module-translations.ts'

/** The texts of a stream for people. */
export interface LocalisedTexts {
  summary: string
  description: string
  /** Name of a profile to its description. */
  profiles: Map<string, string | undefined>
}

/**
 * Returns the texts of a stream in a locale. A text without translation is returned as written. The locale must
 * match exactly (`de_DE` is not `de`). Without a locale, and in `C`, nothing is translated.
 */
export function localise(
  stream: StreamContent,
  translations: ModuleTranslations | undefined,
  locale: string | undefined,
): LocalisedTexts {
  const words = locale === undefined || locale === 'C' ? undefined : translations?.translations.get(locale)
  return {
    summary: words?.summary ?? stream.summary,
    description: words?.description ?? stream.description,
    profiles: new Map(
      [...stream.profiles].map(([key, { description }]) => [key, words?.profiles.get(key) ?? description]),
    ),
  }
}
