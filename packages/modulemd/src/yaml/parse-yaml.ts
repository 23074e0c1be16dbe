import { forbiddenCharacterIn } from './characters.ts'
import { Parser } from './parser.ts'
import type { YamlDocument, YamlFault } from './tree.ts'
import { YamlError } from './yaml-error.ts'

/**
 * Parses a stream of YAML documents, one at a time, as libyaml 0.2.5 does. There an error of syntax ends the
 * stream; here reading goes on at the next line that begins a document, so that all problems can be told.
 * Time and memory stay within bounds for any text.
 */
export function* parseYaml(text: string): Generator<YamlDocument> {
  const forbidden = forbiddenCharacterIn(text)
  const readable = forbidden === undefined ? text : text.slice(0, forbidden.at)
  for (let at: number | undefined = 0; at !== undefined;) {
    // Behind the text a zero stands for its end: no text holds one.
    const start = at
    const parser = new Parser(`${readable}\0`, start)
    at = undefined
    try {
      for (let root = parser.next(); root !== undefined; root = parser.next()) {
        // What the forbidden character stands in has no end.
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
    const message = `the character ${forbidden.name} cannot stand in YAML`
    const fault: YamlFault = { code: 'syntax', message, remedy: 'take it away', at: forbidden.at }
    yield { root: undefined, faults: [fault] }
  }
}

function faultOf({ code, message, remedy, at }: YamlError): YamlFault {
  return { code, message, remedy, at }
}

/** Where the first line behind an offset begins that is a marker. */
function nextDocument(text: string, from: number): number | undefined {
  const marker = /^---(?=\s|$)/gm
  marker.lastIndex = from
  return marker.exec(text)?.index
}
