import type { HeaderBlob } from './header-blob.ts'
import { stringsOf } from './header-values.ts'
import { TAG } from './tags.ts'

/** The tags that repository metadata contain, by their name for messages. */
const told: readonly (readonly [words: string, tags: readonly number[]])[] = [
  ['name', [TAG.name, TAG.version, TAG.release, TAG.arch]],
  ['summary', [TAG.summary]],
  ['description', [1005]],
  ['build host', [TAG.buildHost]],
  ['vendor', [1011]],
  ['license', [TAG.license]],
  ['packager', [1015]],
  ['group', [1016]],
  ['url', [1020]],
  ['source package', [TAG.sourceRpm]],
  ['requires', [TAG.requireName, TAG.requireVersion, 5046, 5047, 5049, 5050]],
  ['provides', [TAG.provideName, TAG.provideVersion]],
  ['conflicts', [TAG.conflictName, TAG.conflictVersion]],
  ['obsoletes', [TAG.obsoleteName, TAG.obsoleteVersion]],
  ['supplements', [5052, 5053]],
  ['enhances', [5055, 5056]],
  ['changelog', [1081, 1082]],
  ['file names', [TAG.oldFileNames, TAG.baseNames, TAG.dirNames]],
]

/**
 * Control characters that XML 1.0 cannot represent: all below the space except tab, newline and carriage
 * return.
 */
const control = /[\0-\x08\x0b\x0c\x0e-\x1f]/

/**
 * Returns the name of the tags with a character that XML cannot represent, among those that repository metadata
 * contain. Returns undefined when there is none.
 */
export function controlCharacterPlace(main: HeaderBlob): string | undefined {
  return told.find(([, tags]) =>
    tags.some((tag) => stringsOf(main, tag).some((text) => control.test(text))),
  )?.[0]
}
