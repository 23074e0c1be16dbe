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
 * Writes documents as libmodulemd 2.15 does, so that equal documents are equal texts: by module, its defaults
 * first, then what obsoletes streams (in the order given), translations, and the streams by name, stream,
 * version, context and architecture.
 *
 * @throws {ModulemdError} when a document breaks a rule and no reader would take it
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
 * Documents as values that JSON can carry, with the keys and in the order in which they are written. What
 * modulemd does not type is text, versions and times too, which may be longer than JSON's numbers.
 */
export function modulemdToJson(documents: readonly ModulemdDocument[]): unknown[] {
  return documents.toSorted(compareDocuments).map((document) => jsonOf(outputOf(document)))
}

/** Streams are many and large; of the others it is soon found out whether they can be read again. */
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

/** The module that a document is about; empty when it does not say. */
function moduleOf(document: ModulemdDocument): string {
  return 'module' in document ? document.module : (document.name ?? '')
}

function orderOf(document: ModulemdDocument): string {
  if (document.kind === 'modulemd-translations') return document.stream
  return document.kind === 'modulemd' || document.kind === 'modulemd-v1' ? nsvca(document) : ''
}
