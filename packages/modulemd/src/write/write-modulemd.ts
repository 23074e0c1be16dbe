import { compareBytes } from '../byte-order.ts'
import { checkModuleStream } from '../check/check-module-stream.ts'
import type { ModulemdDocument } from '../documents.ts'
import { ModulemdError } from '../modulemd-error.ts'
import { nsvca } from '../nsvc.ts'
import { plain, record } from './build-output.ts'
import { defaultsOutput } from './defaults-output.ts'
import type { Output } from './output.ts'
import { streamOutput } from './stream-output.ts'
import { writeDocument } from './write-output.ts'

/**
 * Writes documents as libmodulemd 2.15 does, so that equal documents are equal texts: by module, its defaults
 * first, then its streams by name, stream, version, context and architecture.
 *
 * @throws {ModulemdError} when a stream does not pass `checkModuleStream`
 */
export function writeModulemd(documents: readonly ModulemdDocument[]): string {
  const problems = documents.flatMap((document) =>
    document.kind === 'modulemd' ? checkModuleStream(document) : [],
  )
  if (problems.length > 0) throw new ModulemdError(problems)
  return documents.toSorted(compareDocuments).map(writeOne).join('')
}

function writeOne(document: ModulemdDocument): string {
  return document.kind === 'modulemd'
    ? withHeader('modulemd', '2', streamOutput(document))
    : withHeader('modulemd-defaults', '1', defaultsOutput(document))
}

function withHeader(kind: string, version: string, data: Output): string {
  return writeDocument(
    record([
      ['document', plain(kind)],
      ['version', plain(version)],
      ['data', data],
    ]),
  )
}

function compareDocuments(a: ModulemdDocument, b: ModulemdDocument): number {
  return compareBytes(moduleOf(a), moduleOf(b)) || compareBytes(orderOf(a), orderOf(b))
}

function moduleOf(document: ModulemdDocument): string {
  return document.kind === 'modulemd' ? (document.name ?? '') : document.module
}

/** Defaults have nothing to sort by, and so come first. */
function orderOf(document: ModulemdDocument): string {
  return document.kind === 'modulemd' ? nsvca(document) : ''
}
