import {
  type ModulemdDocument,
  ModulemdError,
  type Problem,
  formatProblem,
  modulemdToJson,
  packagerToStreams,
  readDrafts,
  upgradeStream,
  writeModulemd,
} from '@mbs/modulemd'
import type { GlobalOptions } from '../../global-options.ts'
import { readInput } from '../../modulemd-input.ts'

/**
 * `mbs modulemd print`: prints the documents of a file in libmodulemd's form, or as JSON. It drops unknown
 * keys, and prints them on the error stream.
 */
export function modulemdPrint(global: GlobalOptions, file: string, options: { upgrade: boolean }): void {
  const text = readInput(file)
  const { index, drafts, problems } = readDrafts(text)
  if (problems.length > 0) throw new ModulemdError(problems)
  for (const problem of droppedKeys(text)) console.error(`mbs: ${file}: dropped: ${formatProblem(problem)}`)
  const documents = [...drafts, ...index.documents]
  const printed = options.upgrade ? documents.flatMap(upgrade) : documents
  if (global.json) console.log(JSON.stringify(modulemdToJson(printed)))
  else process.stdout.write(writeModulemd(printed))
}

function droppedKeys(text: string): Problem[] {
  return readDrafts(text, { strict: true }).problems.filter(({ code }) => code === 'unknown-key')
}

/** Returns a document in the newest versions. A packager document becomes its streams and defaults. */
function upgrade(document: ModulemdDocument): ModulemdDocument[] {
  if (document.kind === 'modulemd-v1') return [upgradeStream(document)]
  return document.kind === 'modulemd-packager' ? packagerToStreams(document) : [document]
}
