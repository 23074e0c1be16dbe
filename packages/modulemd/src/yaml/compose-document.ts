import { type CST, Composer } from 'yaml'
import { treeOf } from './tree-of.ts'
import type { YamlDocument, YamlFault } from './tree.ts'

/**
 * Thrown through the library at its first error: what it finds after that is guesswork, and may be millions.
 */
class FirstError extends Error {
  readonly at: number

  constructor(message: string, at: number) {
    super(message)
    this.at = at
  }
}

/** How the library says where an error is. */
type ErrorSource = number | number[] | { offset: number }

/** Nothing is typed, repeated keys are kept, tags mean nothing: libmodulemd reads events, not values. */
const OPTIONS = {
  schema: 'failsafe',
  resolveKnownTags: false,
  uniqueKeys: false,
  // Some of the strictness goes beyond what libyaml asks for, such as the indentation of a closing bracket.
  strict: false,
  prettyErrors: false,
  logLevel: 'silent',
} as const

/** What belongs to one document; the error is one that the parser found before there was a document. */
export interface DocumentTokens {
  directives: CST.Directive[]
  document?: CST.Document
  end?: CST.DocumentEnd
  error?: CST.ErrorToken
}

/** Makes one document of its syntax tokens. */
export function composeDocument({ directives, document, end, error }: DocumentTokens): YamlDocument {
  if (error !== undefined) return unreadable(error.message, error.offset)
  const tokens = [...directives, document, end].filter((token) => token !== undefined)
  const faults: YamlFault[] = []
  try {
    const [composed] = [...composerOf().compose(tokens)]
    if (composed === undefined) return unreadable('there is no document', document?.offset ?? 0)
    const [first] = composed.errors
    if (first !== undefined) return unreadable(first.message, first.pos[0])
    return { root: treeOf(composed.contents, { at: composed.range[0], path: '', faults }), faults }
  } catch (thrown) {
    if (!(thrown instanceof FirstError)) throw thrown
    return unreadable(thrown.message, thrown.at)
  }
}

function unreadable(message: string, at: number): YamlDocument {
  return { root: undefined, faults: [{ message: `this is not YAML: ${message}`, at }] }
}

function composerOf(): Composer {
  const composer = new Composer(OPTIONS)
  let first: FirstError | undefined
  // The library collects errors, each with a call stack: a document of a million errors would take gigabytes.
  Object.defineProperty(composer, 'onError', {
    value: (source: ErrorSource, _code: string, message: string, isWarning?: boolean) => {
      if (isWarning === true) return
      // The library catches what is thrown through it and reports it again, from every collection around the
      // place.
      first ??= new FirstError(message, offsetOf(source))
      throw first
    },
  })
  return composer
}

function offsetOf(source: ErrorSource): number {
  if (typeof source === 'number') return source
  return Array.isArray(source) ? (source[0] ?? 0) : source.offset
}
