import { ModulemdError, readDrafts, type ModuleStream, type Xmd } from '@mbs/modulemd'
import { CommandError, exitCodes } from '../../exit.ts'

/** A build in the form that every Module Build Service reports. */
interface RemoteBuild {
  name: string
  stream: string
  version: string
  context: string
  modulemd: string
  koji_tag: string | null
}

interface Page {
  meta: { next?: string | null }
  items: RemoteBuild[]
}

/** Protects against a service whose list of pages never ends. */
const pagesMax = 10_000

/**
 * Returns the ready modules of another Module Build Service, including base modules: the newest of each stream
 * and context. Upstream's MBSResolver sends the same requests.
 *
 * @param url its address up to `/module-build-service`, or a longer one
 * @param wanted `NAME` or `NAME:STREAM` of the modules to request; base modules are always requested
 */
export async function readRemoteModules(
  url: string,
  wanted: readonly string[] | undefined,
): Promise<ModuleStream[]> {
  const list = url.replace(/\/module-build-service(?:\/.*)?$/, '/module-build-service/1/module-builds/')
  const queries: Record<string, string>[] =
    wanted === undefined
      ? [{}]
      : [...new Set(['platform', ...wanted])].map((text) => {
          const [name = '', stream] = text.split(':')
          return { name, ...(stream === undefined ? {} : { stream }) }
        })
  const newest = new Map<string, RemoteBuild>()
  for (const query of queries)
    for await (const build of pagesOf(list, query)) {
      const key = [build.name, build.stream, build.context].join(':')
      const known = newest.get(key)
      if (known === undefined || versionOf(known) < versionOf(build)) newest.set(key, build)
    }
  return [...newest.values()].flatMap(({ modulemd, koji_tag: tag, ...build }) => {
    const { index, problems } = readDrafts(modulemd)
    const streams = index.documents.filter((document) => document.kind === 'modulemd')
    if (streams.length === 0)
      throw new CommandError(
        exitCodes.failed,
        `${list} has no document of ${build.name}:${build.stream}: ${new ModulemdError(problems).message}`,
      )
    return tag === null ? streams : streams.map((stream) => withTag(stream, tag))
  })
}

/** Adds the tag with the module's packages, in the form of imported modules. */
function withTag(stream: ModuleStream, tag: string): ModuleStream {
  const xmd = stream.xmd instanceof Map ? stream.xmd : new Map<string, Xmd>()
  const known = xmd.get('mbs')
  const mbs = new Map<string, Xmd>([['koji_tag', tag], ...(known instanceof Map ? known : [])])
  return { ...stream, xmd: new Map([...xmd, ['mbs', mbs]]) }
}

async function* pagesOf(list: string, query: Record<string, string>): AsyncGenerator<RemoteBuild> {
  const parameters = { ...query, state: 'ready', verbose: 'true', order_desc_by: 'version', per_page: '100' }
  for (let page = 1; page <= pagesMax; page++) {
    const address = `${list}?${new URLSearchParams({ ...parameters, page: String(page) }).toString()}`
    const response = await fetch(address).catch(() => undefined)
    if (response === undefined) throw new CommandError(exitCodes.unreachable, `nothing answers at ${address}`)
    if (!response.ok) throw new CommandError(exitCodes.failed, `${address}: HTTP ${response.status}`)
    const answer = (await response.json()) as Page
    yield* answer.items
    // A page after the last one is empty.
    if ((answer.meta.next ?? null) === null || answer.items.length === 0) return
  }
  throw new CommandError(exitCodes.failed, `${list} has more than ${pagesMax} pages; name fewer modules`)
}

function versionOf({ version }: RemoteBuild): bigint {
  return /^\d+$/.test(version) ? BigInt(version) : 0n
}
