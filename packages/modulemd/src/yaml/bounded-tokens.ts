import { type CST, Parser } from 'yaml'
import { libyamlLexer } from './libyaml-lexer.ts'
import type { YamlFault } from './tree.ts'

/** Bounds of one document; no module known comes near them. */
const LIMITS = {
  characters: 10 * 1024 * 1024,
  /** Words and punctuation: these cost time and memory, and ten megabytes of brackets have millions. */
  lexemes: 1_000_000,
  depth: 100,
} as const

/** The syntax tokens of a text, whole documents among them, until a document breaks a limit. */
export function* boundedTokens(text: string, faults: YamlFault[]): Generator<CST.Token> {
  const parser = new Parser()
  let start = 0
  let lexemes = 0
  for (const lexeme of libyamlLexer().lex(text)) {
    for (const token of parser.next(lexeme)) {
      yield token
      if (token.type === 'document' && !isNothing(token)) {
        start = parser.offset
        lexemes = 0
      }
    }
    lexemes++
    const broken = brokenLimit(parser, parser.offset - start, lexemes)
    if (broken !== undefined) {
      faults.push({ message: broken, at: parser.offset })
      return
    }
  }
  yield* parser.end()
}

/**
 * Whether a token is a document without content and markers, such as the library finds between two end
 * markers.
 */
export function isNothing(token: CST.Token): boolean {
  return token.type === 'document' && token.value === undefined && token.start.length === 0
}

function brokenLimit(parser: Parser, characters: number, lexemes: number): string | undefined {
  // The stack holds the document, the open collections and the scalar at hand.
  if (parser.stack.length - 2 > LIMITS.depth)
    return `the document is nested deeper than ${LIMITS.depth} levels`
  if (characters > LIMITS.characters) return 'the document is larger than 10 MB'
  return lexemes > LIMITS.lexemes ? `the document has more than ${LIMITS.lexemes} words and marks` : undefined
}
