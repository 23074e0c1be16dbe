import { readModulemd, writeModulemd, type ModuleStream, type Xmd } from '@mbs/modulemd'

/** The keys of `xmd.mbs` about the modules that a module is built against. */
const requirementKeys = ['buildrequires', 'ursine_rpms']

/**
 * Returns the document of a resumed build that has finished components: that of the new submission, with the streams and
 * the refs from which these components were built.
 *
 * @param submitted the new document
 * @param before the document of the first run
 * @param built the finished components: their keys in the document, and the commits that they were built from
 */
export function resumedDocument(
  submitted: string,
  before: string,
  built: ReadonlyMap<string, string>,
): string {
  const document = streamIn(submitted)
  const mbs = mbsOf(document)
  if (document === undefined || mbs === undefined) return submitted
  const rpms = mbs.get('rpms')
  const kept = [...built].map(([key, ref]): [string, Xmd] => [key, new Map([['ref', ref]])])
  const merged = new Map<string, Xmd>([...(rpms instanceof Map ? rpms : []), ...kept])
  const isRequirement = ([key]: [string, Xmd]) => requirementKeys.includes(key)
  const changed = new Map<string, Xmd>([
    ...[...mbs].filter((entry) => !isRequirement(entry)),
    ...[...(mbsOf(streamIn(before)) ?? [])].filter(isRequirement),
    ['rpms', merged],
  ])
  const xmd = new Map<string, Xmd>([...(document.xmd instanceof Map ? document.xmd : []), ['mbs', changed]])
  return writeModulemd([{ ...document, xmd }])
}

/** Returns the module in a stored document. */
export function streamIn(text: string): ModuleStream | undefined {
  const [document] = readModulemd(text).documents
  return document?.kind === 'modulemd' ? document : undefined
}

function mbsOf(document: ModuleStream | undefined): Map<string, Xmd> | undefined {
  const mbs = document?.xmd instanceof Map ? document.xmd.get('mbs') : undefined
  return mbs instanceof Map ? mbs : undefined
}
