import { mergeIndexes, ModulemdError, readIndex, type ModulemdDocument } from '@mbs/modulemd'
import { UserError } from '../errors.ts'

/** One document file of the defaults repository. */
export interface DefaultsFile {
  file: string
  text: string
}

/**
 * Returns the documents of these modules apart from streams: defaults, obsoletes, translations, merged as libmodulemd
 * merges a folder of them.
 *
 * @throws {UserError} for an invalid file, and for equally new defaults that contradict each other
 */
export function besideStreams(
  files: readonly DefaultsFile[],
  isWanted: (module: string) => boolean,
): ModulemdDocument[] {
  const layers = files.map(({ file, text }) => {
    const { index, problems } = readIndex(text, { strict: true })
    if (problems.length > 0)
      throw new UserError(422, `${file} of the module defaults: ${new ModulemdError(problems).message}`, file)
    return { index }
  })
  const { documents } = merge(layers)
  return documents.filter((document) => 'module' in document && isWanted(document.module))
}

function merge(layers: Parameters<typeof mergeIndexes>[0]) {
  try {
    return mergeIndexes(layers, { strictDefaultStreams: true }).index
  } catch (error) {
    if (!(error instanceof ModulemdError)) throw error
    throw new UserError(422, `the module defaults contradict each other: ${error.message}`)
  }
}
