import type { ModulemdDocument } from '../documents.ts'
import type { Problem } from '../problem.ts'
import { problemsOf } from './problems-of.ts'
import { readDocuments } from './read-documents.ts'
import { FaultList } from './report.ts'

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
  const documents = [...readDocuments(text, list)].map(({ document }) => document)
  return { documents, problems: problemsOf(text, list.faults) }
}
