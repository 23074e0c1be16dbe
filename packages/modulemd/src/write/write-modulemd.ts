import { compareBytes } from '../byte-order.ts'
import { checkModuleStream } from '../check/check-module-stream.ts'
import type { ModulemdDocument } from '../documents.ts'
import { ModulemdError } from '../modulemd-error.ts'
import { nsvca } from '../nsvc.ts'
import type { Problem } from '../problem.ts'
import { readModulemd } from '../read/read-modulemd.ts'
import { integer, plain, record } from './build-output.ts'
import { defaultsOutput } from './defaults-output.ts'
import { obsoletesOutput } from './obsoletes-output.ts'
import type { Output } from './output.ts'
import { packagerOutput } from './packager-output.ts'
import { streamOutput, streamV1Output } from './stream-output.ts'
import { translationsOutput } from './translations-output.ts'
import { writeDocument } from './write-output.ts'

/**
 * Writes documents as libmodulemd 2.15 does, so that equal documents give equal texts. The order is by module.
 * Within a module it is: defaults, obsoletes (in the given order), translations, and streams by name, stream,
 * version, context and architecture.
 *
 * @throws {ModulemdError} when a document breaks a rule, so that no reader would accept it
 */
export function writeModulemd(documents: readonly ModulemdDocument[]): string {
  const written = documents.map((document) => ({ document, text: writeDocument(outputOf(document)) }))
  const problems = written.flatMap(({ document, text }) => problemsOf(document, text))
  if (problems.length > 0) throw new ModulemdError(problems)
  return written
    .sort((a, b) => compareDocuments(a.document, b.document))
    .map(({ text }) => text)
    .join('')
}

/**
 * Returns documents as JSON values, with the keys and the order of the written text. A value without a type in
 * modulemd is text. Versions and times are also text, because they may exceed JSON's numbers.
 */
export function modulemdToJson(documents: readonly ModulemdDocument[]): unknown[] {
  return documents.toSorted(compareDocuments).map((document) => jsonOf(outputOf(document)))
}

/**
 * Checks a document before it is written. Streams are many and large, so they are checked directly. The other
 * documents are small, so their text is read again.
 */
function problemsOf(document: ModulemdDocument, text: string): Problem[] {
  if (document.kind === 'modulemd' || document.kind === 'modulemd-v1') return checkModuleStream(document)
  return readModulemd(text, { strict: true }).problems.map((problem) => ({ ...problem, line: 0, column: 0 }))
}

function outputOf(document: ModulemdDocument): Output {
  switch (document.kind) {
    case 'modulemd':
      return withHeader('modulemd', 2, streamOutput(document))
    case 'modulemd-v1':
      return withHeader('modulemd', 1, streamV1Output(document))
    case 'modulemd-packager':
      return withHeader('modulemd-packager', 3, packagerOutput(document))
    case 'modulemd-defaults':
      return withHeader('modulemd-defaults', 1, defaultsOutput(document))
    case 'modulemd-obsoletes':
      return withHeader('modulemd-obsoletes', 1, obsoletesOutput(document))
    case 'modulemd-translations':
      return withHeader('modulemd-translations', document.documentVersion, translationsOutput(document))
  }
}

function withHeader(kind: string, version: number | bigint, data: Output): Output {
  return record([
    ['document', plain(kind)],
    ['version', typeof version === 'number' ? integer(version) : plain(version.toString())],
    ['data', data],
  ])
}

function jsonOf(output: Output): unknown {
  if (output.kind === 'text') return output.value ?? output.text
  if (output.kind === 'list') return output.items.map(jsonOf)
  return Object.fromEntries(output.entries.map(([key, value]) => [key.text, jsonOf(value)]))
}

const KIND_ORDER = {
  'modulemd-packager': 0,
  'modulemd-defaults': 1,
  'modulemd-obsoletes': 2,
  'modulemd-translations': 3,
  'modulemd-v1': 4,
  modulemd: 4,
} as const

function compareDocuments(a: ModulemdDocument, b: ModulemdDocument): number {
  return (
    compareBytes(moduleOf(a), moduleOf(b)) ||
    KIND_ORDER[a.kind] - KIND_ORDER[b.kind] ||
    compareBytes(orderOf(a), orderOf(b))
  )
}

/** Returns the module of a document, or an empty text when the document has none. */
function moduleOf(document: ModulemdDocument): string {
  return 'module' in document ? document.module : (document.name ?? '')
}

function orderOf(document: ModulemdDocument): string {
  if (document.kind === 'modulemd-translations') return document.stream
  return document.kind === 'modulemd' || document.kind === 'modulemd-v1' ? nsvca(document) : ''
}
