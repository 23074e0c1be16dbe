import { Lexer } from 'yaml'

/**
 * The parts of the library's lexer that are replaced; they are not public, and a test holds them to their
 * effect.
 */
interface LexerParts {
  buffer: string
  pos: number
  /** Indentation that the next line needs to belong to the node at hand. */
  indentNext: number
  continueScalar(offset: number): number
  parseFlowCollection(): Generator<string, unknown>
}

/**
 * A lexer that, as libyaml, does not ask for indentation within quotes and brackets. YAML does, but older
 * versions of libyaml put closing quotes into the first column, and repositories are full of them. The
 * library has no option for it.
 */
export function libyamlLexer(): Lexer {
  const lexer = new Lexer()
  // Cast by way of unknown: to the compiler the parts are private.
  const parts = lexer as unknown as LexerParts
  const continueScalar = parts.continueScalar.bind(parts)
  const parseFlowCollection = parts.parseFlowCollection.bind(parts)
  parts.continueScalar = (offset) => {
    // The lexer still stands where the text begins: at its quote, if it is a quoted one.
    const isQuoted = /["']/.test(parts.buffer[parts.pos] ?? '')
    return isQuoted && !isDocumentMarker(parts.buffer, offset) ? offset : continueScalar(offset)
  }
  parts.parseFlowCollection = function* () {
    const outer = parts.indentNext
    parts.indentNext = 0
    const next = yield* parseFlowCollection()
    parts.indentNext = outer
    return next
  }
  return lexer
}

/** A document ends at its marker, even within quotes. */
function isDocumentMarker(buffer: string, offset: number): boolean {
  return /^(---|\.\.\.)(\s|$)/.test(buffer.slice(offset, offset + 4))
}
