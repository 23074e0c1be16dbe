import type { CST } from 'yaml'
import { boundedTokens } from './bounded-tokens.ts'
import { forbiddenCharacterIn } from './characters.ts'
import { composeDocument } from './compose-document.ts'
import type { YamlDocument, YamlFault } from './tree.ts'

/**
 * Parses a stream of YAML documents, one at a time. An error of syntax ends its document only; beyond a limit nothing
 * more is parsed, so that time and memory stay within bounds for any text.
 */
export function* parseYaml(text: string): Generator<YamlDocument> {
  const forbidden = forbiddenCharacterIn(text)
  if (forbidden !== undefined) yield { root: undefined, faults: [forbidden] }
  const limitFaults: YamlFault[] = []
  // What belongs to one document: its directives, itself, its end marker, the first error of the parser.
  let tokens: CST.Token[] = []
  for (const token of boundedTokens(text, limitFaults)) {
    // Behind one end marker another one ends nothing.
    if (isNothing(token) && tokens.some(({ type }) => type === 'doc-end')) continue
    if (beginsDocument(token) && tokens.some(({ type }) => type === 'document')) {
      yield composeDocument(tokens)
      tokens = []
    }
    if (isWorthKeeping(token, tokens)) tokens.push(token)
  }
  if (tokens.some(({ type }) => type === 'document' || type === 'error')) yield composeDocument(tokens)
  if (limitFaults.length > 0) yield { root: undefined, faults: limitFaults }
}

function beginsDocument({ type }: CST.Token): boolean {
  return type === 'document' || type === 'directive'
}

function isNothing(token: CST.Token): boolean {
  return token.type === 'document' && token.value === undefined && token.start.length === 0
}

/** Comments, blank lines and repeated end markers are nothing; after one error the next is a guess. */
function isWorthKeeping({ type }: CST.Token, kept: CST.Token[]): boolean {
  const has = (wanted: string): boolean => kept.some((token) => token.type === wanted)
  if (type === 'error') return !has('error')
  if (type === 'doc-end') return has('document') && !has('doc-end')
  return type === 'document' || type === 'directive'
}
