import type { StreamContent } from '../module-stream.ts'
import type { ModuleTranslations } from '../module-translations.ts'

/** What people read about a stream. */
export interface LocalisedTexts {
  summary: string
  description: string
  /** Name of a profile to its description. */
  profiles: Map<string, string | undefined>
}

/**
 * The texts of a stream in a locale, each as it was written where there is no translation. The locale must
 * match exactly (`de_DE` is not `de`); without one, and in `C`, nothing is translated.
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
