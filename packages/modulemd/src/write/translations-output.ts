import type { ModuleTranslations, Translation } from '../module-translations.ts'
import { guarded, optional, plain, quoted, record, table } from './build-output.ts'
import type { Output } from './output.ts'

/**
 * Lays out the `data` of a translations document. libmodulemd writes locales and their profiles in the order of
 * a hash table; this function sorts them.
 */
export function translationsOutput({ module, stream, modified, translations }: ModuleTranslations): Output {
  return record([
    ['module', guarded(module)],
    ['stream', quoted(stream)],
    ['modified', plain(modified.toString())],
    ['translations', table(translations, translationOutput)],
  ])
}

function translationOutput({ summary, description, profiles }: Translation): Output {
  return record([
    ['summary', optional(summary, guarded)],
    ['description', optional(description, guarded)],
    ['profiles', table(profiles, guarded)],
  ])
}
