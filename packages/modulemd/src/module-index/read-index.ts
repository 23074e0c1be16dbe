import type { ModulemdDocument } from '../documents.ts'
import type { Problem } from '../problem.ts'
import { problemsOf } from '../read/problems-of.ts'
import { type LocatedDocument, readDocuments } from '../read/read-documents.ts'
import { FaultList } from '../read/report.ts'
import { ModuleIndex, NO_PACKAGERS } from './module-index.ts'

/**
 * Reads a stream of documents into an index, as package managers do. Returns the documents that it could read,
 * and the problems of all others, including documents that conflict with the index. Never throws, for any text.
 */
export function readIndex(
  text: string,
  options: { strict?: boolean } = {},
): { index: ModuleIndex; problems: Problem[] } {
  const { index, problems } = readInto(text, options.strict ?? false, () => false)
  return { index, problems }
}

/**
 * Reads drafts in the same way, as libmodulemd's validator does. An index cannot hold streams without names and
 * packager documents; this function returns them beside the index.
 */
export function readDrafts(
  text: string,
  options: { strict?: boolean } = {},
): { index: ModuleIndex; drafts: ModulemdDocument[]; problems: Problem[] } {
  return readInto(text, options.strict ?? false, isDraft)
}

function readInto(text: string, isStrict: boolean, isBeside: (located: LocatedDocument) => boolean) {
  const list = new FaultList(isStrict)
  const index = new ModuleIndex()
  const drafts: ModulemdDocument[] = []
  for (const located of readDocuments(text, list)) {
    const { document, at, isPackagers } = located
    if (isBeside(located)) {
      drafts.push(document)
      continue
    }
    const complaint = isPackagers ? NO_PACKAGERS : index.offer(document)
    if (complaint !== undefined) list.add({ ...complaint, at, path: 'data' })
  }
  return { index, drafts, problems: problemsOf(text, list.faults) }
}

function isDraft({ document, isPackagers }: LocatedDocument): boolean {
  const isStream = document.kind === 'modulemd' || document.kind === 'modulemd-v1'
  return isPackagers || (isStream && (document.name === undefined || document.stream === undefined))
}
