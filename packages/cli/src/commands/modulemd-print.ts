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
import type { GlobalOptions } from '../global-options.ts'
import { readInput } from '../modulemd-input.ts'

/**
 * `mbs modulemd print`: the documents of a file as libmodulemd writes them, or as JSON. Keys that are not
 * known are dropped, and named on the error stream.
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

/** The same in the newest versions; a packager's document becomes the streams and defaults that it asks for. */
function upgrade(document: ModulemdDocument): ModulemdDocument[] {
  if (document.kind === 'modulemd-v1') return [upgradeStream(document)]
  return document.kind === 'modulemd-packager' ? packagerToStreams(document) : [document]
}
