import { readModulemd, writeModulemd, type ModuleStream, type Xmd } from '@mbs/modulemd'

/** The keys of `xmd.mbs` about the modules that a module is built against. */
const requirementKeys = ['buildrequires', 'ursine_rpms']

/**
 * Returns the document of a resumed build that has finished components: that of the new submission, with the streams and
 * the refs from which these components were built.
 *
 * @param submitted the new document
 * @param before the document of the first run
 */
export function resumedDocument(
  submitted: string,
  before: string,
  components: readonly { package: string; state: string | null; ref: string | null }[],
): string {
  const document = streamIn(submitted)
  const mbs = mbsOf(document)
  if (document === undefined || mbs === undefined) return submitted
  const rpms = mbs.get('rpms')
  const built = components.flatMap((row): [string, Xmd][] =>
    row.state === 'complete' && row.ref !== null ? [[row.package, new Map([['ref', row.ref]])]] : [],
  )
  const merged = new Map<string, Xmd>([...(rpms instanceof Map ? rpms : []), ...built])
  const isRequirement = ([key]: [string, Xmd]) => requirementKeys.includes(key)
  const changed = new Map<string, Xmd>([
    ...[...mbs].filter((entry) => !isRequirement(entry)),
    ...[...(mbsOf(streamIn(before)) ?? [])].filter(isRequirement),
    ['rpms', merged],
  ])
  const xmd = new Map<string, Xmd>([...(document.xmd instanceof Map ? document.xmd : []), ['mbs', changed]])
  return writeModulemd([{ ...document, xmd }])
}

function streamIn(text: string): ModuleStream | undefined {
  const [document] = readModulemd(text).documents
  return document?.kind === 'modulemd' ? document : undefined
}

function mbsOf(document: ModuleStream | undefined): Map<string, Xmd> | undefined {
  const mbs = document?.xmd instanceof Map ? document.xmd.get('mbs') : undefined
  return mbs instanceof Map ? mbs : undefined
}
