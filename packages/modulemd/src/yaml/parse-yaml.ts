import type { CST } from 'yaml'
import { boundedTokens, isNothing } from './bounded-tokens.ts'
import { forbiddenCharacterIn } from './characters.ts'
import { type DocumentTokens, composeDocument } from './compose-document.ts'
import type { YamlDocument, YamlFault } from './tree.ts'

/**
 * Parses a stream of YAML documents, one at a time. An error of syntax ends its document only; beyond a limit
 * nothing more is parsed, so that time and memory stay within bounds for any text.
 */
export function* parseYaml(text: string): Generator<YamlDocument> {
  const forbidden = forbiddenCharacterIn(text)
  if (forbidden !== undefined) yield { root: undefined, faults: [forbidden] }
  const limitFaults: YamlFault[] = []
  let tokens: DocumentTokens = { directives: [] }
  for (const token of boundedTokens(text, limitFaults)) {
    // Behind one end marker another one ends nothing.
    if (isNothing(token) && tokens.end !== undefined) continue
    if (tokens.document !== undefined && (token.type === 'document' || token.type === 'directive')) {
      yield composeDocument(tokens)
      tokens = { directives: [] }
    }
    addTo(tokens, token)
  }
  if (tokens.document !== undefined || tokens.error !== undefined) yield composeDocument(tokens)
  if (limitFaults.length > 0) yield { root: undefined, faults: limitFaults }
}

/** Comments and blank lines between documents are nothing; after one error the next is a guess. */
function addTo(tokens: DocumentTokens, token: CST.Token): void {
  if (token.type === 'directive') tokens.directives.push(token)
  else if (token.type === 'document') tokens.document = token
  else if (token.type === 'doc-end' && tokens.document !== undefined) tokens.end ??= token
  else if (token.type === 'error') tokens.error ??= token
}
