import { quote } from '../quote.ts'
import { present } from '../present.ts'
import type { StreamPattern } from './stream-pattern.ts'

/** What a user of dnf asks for. */
export interface ModuleSpec {
  /** The streams that are meant; all parts but the name may be absent. */
  pattern: StreamPattern & { name: string }
  /** A pattern of `fnmatch` for the names of profiles. */
  profile?: string
}

const WORD = '([-+._A-Za-z0-9*?[\\]!]+)'
const VERSION = '([-0-9*?[\\]!]+)'
const STREAM = `:${WORD}(?::${VERSION}(?::${WORD}(?:::?${WORD})?)?)?`

const SPEC = new RegExp(`^${WORD}(?:${STREAM})?(?:::${WORD})?(?:/${WORD}?)?$`)

/**
 * Reads what users of dnf write, `NAME[:STREAM[:VERSION[:CONTEXT]]][::ARCH][/PROFILE]`, each part a pattern of
 * `fnmatch` (libdnf's NSVCAP). After a context one colon before the architecture is enough, and a slash may
 * stand at the end.
 *
 * @throws {TypeError} when it is none; the message repeats the text
 */
export function parseModuleSpec(text: string): ModuleSpec {
  const [, name, stream, version, context, archOfContext, arch, profile] = SPEC.exec(text) ?? []
  if (name === undefined || (arch !== undefined && archOfContext !== undefined)) {
    throw new TypeError(`${quote(text)} is not NAME[:STREAM[:VERSION[:CONTEXT]]][::ARCH][/PROFILE]`)
  }
  return {
    pattern: {
      name,
      ...present('stream', stream),
      ...present('version', version),
      ...present('context', context),
      ...present('arch', arch ?? archOfContext),
    },
    ...present('profile', profile),
  }
}
