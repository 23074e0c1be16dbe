import type { ModulemdDocument } from '../documents.ts'
import { present } from '../present.ts'
import type { Problem } from '../problem.ts'
import { parseYaml } from '../yaml/parse-yaml.ts'
import type { YamlNode } from '../yaml/tree.ts'
import { readHeader } from './header.ts'
import { readContent } from './kinds.ts'
import { lineStartsOf, positionIn } from './positions.ts'
import { type Fault, FaultList } from './report.ts'

/**
 * Reads a stream of modulemd documents. Returns the good documents and the problems of all others, in the
 * order of the text. Strict reading, as build systems do it, refuses keys that are not known; lax reading, as
 * package managers do it, skips them. Verdicts are those of libmodulemd, save where that crashes or loses
 * data.
 *
 * Where libmodulemd gives up on the whole text (bad YAML, an unknown kind, a repeated header) no later
 * document is returned, but its problems are. Never throws, whatever the text.
 */
export function readModulemd(
  text: string,
  options: { strict?: boolean } = {},
): { documents: ModulemdDocument[]; problems: Problem[] } {
  const list = new FaultList(options.strict ?? false)
  const documents: ModulemdDocument[] = []
  let hasEnded = false
  for (const { root, faults } of parseYaml(text)) {
    const before = list.faults.length
    for (const fault of faults) list.add({ path: '', ...fault })
    const { document, isFatal } = root === undefined ? { isFatal: true } : readDocument(root, list)
    hasEnded ||= isFatal
    if (document !== undefined && !hasEnded && list.faults.length === before) documents.push(document)
    if (list.isFull) break
  }
  return { documents, problems: problemsOf(text, list.faults) }
}

function readDocument(root: YamlNode, list: FaultList): { document?: ModulemdDocument; isFatal: boolean } {
  const result = readHeader(root, list)
  return result.header === undefined ? { isFatal: result.isFatal } : readContent(result.header)
}

function problemsOf(text: string, faults: readonly Fault[]): Problem[] {
  if (faults.length === 0) return []
  const lineStarts = lineStartsOf(text)
  return faults
    .toSorted((a, b) => a.at - b.at)
    .map(({ message, path, at, remedy }) => ({
      message,
      ...positionIn(lineStarts, at),
      path,
      ...present('remedy', remedy),
    }))
}
