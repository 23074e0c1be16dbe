import type { ModulemdDocument } from '../documents.ts'
import type { Problem } from '../problem.ts'
import { problemsOf } from './problems-of.ts'
import { readDocuments } from './read-documents.ts'
import { FaultList } from './report.ts'

/**
 * Reads a stream of modulemd documents. Returns the valid documents and the problems of all others, in the
 * order of the text. Strict reading, as in build systems, refuses unknown keys. Lax reading, as in package
 * managers, skips them. The result is the same as that of libmodulemd, except where libmodulemd crashes or
 * loses data.
 *
 * Where libmodulemd stops at a fault (bad YAML, an unknown kind, a repeated header), this function returns no
 * later document, but it returns the problems of later documents. Never throws, for any text.
 */
export function readModulemd(
  text: string,
  options: { strict?: boolean } = {},
): { documents: ModulemdDocument[]; problems: Problem[] } {
  const list = new FaultList(options.strict ?? false)
  const documents = [...readDocuments(text, list)].map(({ document }) => document)
  return { documents, problems: problemsOf(text, list.faults) }
}
