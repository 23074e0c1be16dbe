import { forbiddenCharacterIn } from './characters.ts'
import { Parser } from './parser.ts'
import type { YamlDocument, YamlFault } from './tree.ts'
import { YamlError } from './yaml-error.ts'

/**
 * Parses a stream of YAML documents, one at a time, as libyaml 0.2.5 does. In libyaml a syntax error ends the
 * stream. This function continues at the next line that begins a document, so that it can report all problems.
 * Time and memory are bounded for any text.
 */
export function* parseYaml(text: string): Generator<YamlDocument> {
  const forbidden = forbiddenCharacterIn(text)
  const readable = forbidden === undefined ? text : text.slice(0, forbidden.at)
  // A zero after the text marks its end: the text itself contains none.
  const ended = `${readable}\0`
  for (let at: number | undefined = 0; at !== undefined;) {
    const start = at
    const parser = new Parser(ended, start)
    at = undefined
    try {
      for (let root = parser.next(); root !== undefined; root = parser.next()) {
        // The document with the forbidden character is incomplete.
        if (forbidden !== undefined && parser.at >= forbidden.at) break
        yield { root, faults: parser.faults }
      }
    } catch (error) {
      if (!(error instanceof YamlError)) throw error
      if (forbidden !== undefined && parser.at >= forbidden.at) break
      yield { root: undefined, faults: [...parser.faults, faultOf(error)] }
      at = nextDocument(readable, Math.max(parser.at, error.at, start + 1))
    }
  }
  if (forbidden !== undefined) {
    const message = `the character ${forbidden.name} is not allowed in YAML`
    const fault: YamlFault = { code: 'syntax', message, remedy: 'remove it', at: forbidden.at }
    yield { root: undefined, faults: [fault] }
  }
}

function faultOf({ code, message, remedy, at }: YamlError): YamlFault {
  return { code, message, remedy, at }
}

/** Returns the offset of the first marker line behind an offset. */
function nextDocument(text: string, from: number): number | undefined {
  const marker = /^---(?=\s|$)/gm
  marker.lastIndex = from
  return marker.exec(text)?.index
}
