import { quote } from '../quote.ts'
import { present } from '../present.ts'
import type { StreamPattern } from './stream-pattern.ts'

/** A module argument of a dnf command. */
export interface ModuleSpec {
  /** The streams that match; every part but the name may be absent. */
  pattern: StreamPattern & { name: string }
  /** An `fnmatch` pattern for the names of profiles. */
  profile?: string
}

const WORD = '([-+._A-Za-z0-9*?[\\]!]+)'
const VERSION = '([-0-9*?[\\]!]+)'
const STREAM = `:${WORD}(?::${VERSION}(?::${WORD}(?:::?${WORD})?)?)?`

const SPEC = new RegExp(`^${WORD}(?:${STREAM})?(?:::${WORD})?(?:/${WORD}?)?$`)

/**
 * Reads a module argument of dnf, `NAME[:STREAM[:VERSION[:CONTEXT]]][::ARCH][/PROFILE]`. Each part is an
 * `fnmatch` pattern (libdnf's NSVCAP). After a context, one colon before the architecture is enough. The text
 * may end in a slash.
 *
 * @throws {TypeError} when the text has another form; the message repeats the text
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
