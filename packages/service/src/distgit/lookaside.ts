import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream, type Stats } from 'node:fs'
import { copyFile, lstat, mkdtemp, readFile, rm } from 'node:fs/promises'
import http, { type IncomingMessage } from 'node:http'
import https from 'node:https'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { InfraError, messageOf, UserError } from '../errors.ts'
import { isMissing, rename } from '../files.ts'
import { hashTypes, metadataFile, parseMetadata, parseSources, type SourceEntry } from './source-list.ts'
import { archiveUrl, asksForBranch, cachedArchiveUrl } from './url-template.ts'

/** A list of a thousand archives has some 200 KB. */
const listBytesMax = 1024 * 1024

/** A slower download has failed. */
const downloadMsMax = 30 * 60_000

/** A download without any data for this long has failed, too. */
const silenceMsMax = 5 * 60_000

const redirectCodes = new Set([301, 302, 303, 307, 308])
const redirectsMax = 5

/** The places of a package's archives. */
export interface SourcePlaces {
  /** The configured lookaside: a prefix or a template, see {@link archiveUrl}. */
  lookaside: string
  /** The component's own cache, which takes precedence: a URL up to the package's name. */
  cache?: string | undefined
  /**
   * Returns the branches to which the package may belong, in the order in which the service tries them. It is called at
   * most once, and only for a lookaside that keeps archives by branches.
   */
  branches: () => Promise<readonly string[]>
  /** Size limit of an archive; undefined means no limit. */
  bytesMax?: number | undefined
}

/** The folders of a checkout whose archives are fetched. */
export interface SourceFolders {
  /** The folder of the lists of archives. */
  checkout: string
  /** The folder for the archives: the checkout itself, or a folder of it that is not one of its links. */
  sources: string
  /**
   * A folder of the service on the same disk. The service writes no file through a name that the checkout may have made
   * a link.
   */
  scratch: string
}

/** An entry, and the name of its list. */
interface ListedSource extends SourceEntry {
  list: string
}

/**
 * Fetches the archives that a checkout's lists name (`sources`, `.NAME.metadata`) into the checkout, and verifies each
 * against every digest in the lists.
 *
 * @throws UserError when a list is faulty, or an archive is missing or is another one; InfraError when it cannot be
 * fetched
 */
export async function fetchSources(
  folders: SourceFolders,
  places: SourcePlaces,
  name: string,
): Promise<void> {
  const { cache, lookaside, bytesMax } = places
  // An author of documents may not read this machine's files.
  if (cache?.startsWith('file://') === true && !lookaside.startsWith('file://'))
    throw new UserError(422, `${name}: its cache ${cache} is a folder of this machine; give an http(s) URL`)
  const entries: ListedSource[] = [
    ...(await readList(folders.checkout, 'sources', name, parseSources)),
    ...(await readList(folders.checkout, metadataFile(name), name, parseMetadata)),
  ]
  const byBranch = entries.length > 0 && cache === undefined && asksForBranch(lookaside)
  const branches = byBranch ? await places.branches() : [undefined]
  if (branches.length === 0)
    throw new UserError(
      422,
      `${name}: the lookaside stores archives by branch, but no branch contains this commit; push a branch that contains it`,
    )
  for (const [file, digests] of Map.groupBy(entries, (entry) => entry.file))
    await fetchSource(folders, { lookaside, cache, branches, bytesMax }, name, file, digests)
}

async function readList(
  checkout: string,
  list: string,
  name: string,
  parse: (text: string, name: string) => SourceEntry[],
): Promise<ListedSource[]> {
  const file = path.join(checkout, list)
  // A symbolic link in a checkout may lead anywhere on this machine.
  const found = await lookAt(file)
  if (found?.isFile() !== true) return []
  if (found.size > listBytesMax)
    throw new UserError(422, `${name}: ${list} is larger than ${listBytesMax / 1024} KB`)
  return parse(await readFile(file, 'utf8'), name).map((entry) => ({ ...entry, list }))
}

async function fetchSource(
  { sources, scratch }: SourceFolders,
  {
    lookaside,
    cache,
    branches,
    bytesMax,
  }: Omit<SourcePlaces, 'branches'> & { branches: readonly (string | undefined)[] },
  name: string,
  file: string,
  digests: readonly ListedSource[],
): Promise<void> {
  const [first] = digests
  if (first === undefined) return
  const target = path.join(sources, file)
  if ((await lookAt(target))?.isDirectory() === true)
    throw new UserError(422, `${name}: ${first.list} names ${file}, which is a folder of its repository`)
  const archive = { name, file, hash: first.hash, hashtype: first.hashType }
  const [urls, place] =
    cache === undefined
      ? [branches.map((branch) => archiveUrl(lookaside, { ...archive, branch })), 'the lookaside']
      : [[cachedArchiveUrl(cache, archive)], 'its cache']
  const folder = await mkdtemp(path.join(scratch, 'lookaside-'))
  const temporary = path.join(folder, file)
  try {
    await downloadFirst(urls, temporary, `${name}: ${place}`, bytesMax)
    for (const { hashType, hash, list } of digests) {
      const digest = createHash(hashType)
      await pipeline(createReadStream(temporary), digest)
      const actual = digest.digest('hex')
      if (actual !== hash)
        throw new UserError(
          422,
          `${name}: ${file} from ${place}: checksum mismatch: ${hashTypes[hashType].label.replace('SHA', 'SHA-')} ${actual}, expected ${hash} (${list})`,
        )
    }
    // `rename` replaces a link of that name, and does not follow it.
    await rename(temporary, target)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function lookAt(file: string): Promise<Stats | undefined> {
  return lstat(file).catch((error: unknown) => {
    if (isMissing(error)) return undefined
    throw error
  })
}

/**
 * Downloads the file from the first URL that has it.
 *
 * @param place the server's name, for messages
 */
async function downloadFirst(
  urls: readonly string[],
  file: string,
  place: string,
  bytesMax = Infinity,
): Promise<void> {
  for (const url of urls) if (await download(url, file, bytesMax)) return
  throw new UserError(422, `${place} has ${urls.length === 1 ? 'no ' : 'none of: '}${urls.join(', ')}`)
}

/**
 * Downloads a file.
 *
 * @returns false where the file does not exist
 * @throws UserError (422) for a file that is too large or endless
 */
async function download(url: string, file: string, bytesMax: number): Promise<boolean> {
  if (url.startsWith('file://')) {
    try {
      await copyFile(fileURLToPath(url), file)
      return true
    } catch (error) {
      if (isMissing(error)) return false
      throw new InfraError('lookaside', messageOf(error), { cause: error })
    }
  }
  const response = await ask(url)
  if (response.statusCode === 404) {
    response.destroy()
    return false
  }
  if (response.statusCode !== 200) {
    response.destroy()
    throw new InfraError('lookaside', `${url}: HTTP ${response.statusCode ?? ''}`)
  }
  const limited = async function* (bytes: AsyncIterable<Uint8Array>) {
    let size = 0
    for await (const chunk of bytes) {
      size += chunk.length
      if (size > bytesMax)
        throw new UserError(422, `${url} is larger than ${Math.floor(bytesMax / 1024 / 1024)} MB`)
      yield chunk
    }
  }
  await pipeline(() => arriving(url, response), limited, createWriteStream(file))
  return true
}

/**
 * Yields the bytes of the response. Only their failures count as network faults, because writing may fail for other
 * reasons.
 */
async function* arriving(url: string, response: IncomingMessage): AsyncGenerator<Uint8Array> {
  try {
    yield* response as AsyncIterable<Uint8Array>
  } catch (cause) {
    throw unreachable(url, cause)
  }
}

/**
 * Requests a file without decoding. A server may announce the file's own compression as an encoding of the response,
 * and fetch() would unpack it.
 *
 * @throws UserError (422) for a redirect to another server: the configuration decides which servers the service asks
 */
async function ask(url: string): Promise<IncomingMessage> {
  const signal = AbortSignal.timeout(downloadMsMax)
  let place = new URL(url)
  for (let redirects = 0; redirects <= redirectsMax; redirects++) {
    const response = await answerOf(place, signal).catch((cause: unknown) => {
      throw unreachable(url, cause)
    })
    const { location } = response.headers
    if (location === undefined || !redirectCodes.has(response.statusCode ?? 0)) return response
    response.destroy()
    const next = URL.parse(location, place.href)
    if (next === null || !isSameServer(place, next))
      throw new UserError(
        422,
        `${url} redirects to another server; the service does not follow such redirects; see scm.lookaside, or the cache of the component`,
      )
    place = next
  }
  throw new InfraError('lookaside', `${url}: more than ${redirectsMax} redirects`)
}

async function answerOf(place: URL, signal: AbortSignal): Promise<IncomingMessage> {
  const get = place.protocol === 'https:' ? https.get : http.get
  return new Promise((resolve, reject) => {
    const request = get(place, { headers: { 'accept-encoding': 'identity' }, signal }, resolve)
    request.on('error', reject)
    request.setTimeout(silenceMsMax, () => request.destroy(new Error('the server does not answer')))
  })
}

function isSameServer(from: URL, to: URL): boolean {
  const secured = from.protocol === 'http:' && to.protocol === 'https:' && from.port + to.port === ''
  return from.origin === to.origin || (secured && from.hostname === to.hostname)
}

function unreachable(url: string, cause: unknown): InfraError {
  return new InfraError('lookaside', `${url}: ${messageOf(cause)}`, { cause })
}
