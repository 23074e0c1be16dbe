import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream, type Stats } from 'node:fs'
import { copyFile, lstat, mkdtemp, readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { Readable } from 'node:stream'
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

/** Where the archives of a package are. */
export interface SourcePlaces {
  /** The lookaside of the configuration: a prefix or a template, see {@link archiveUrl}. */
  lookaside: string
  /** The component's own cache, which comes before it: a URL up to the package's name. */
  cache?: string | undefined
  /**
   * The branches that the package may be of, in the order in which they are tried. Asked once, and only of a lookaside
   * that keeps archives by them.
   */
  branches: () => Promise<readonly string[]>
  /** No archive may be larger; undefined: as large as it is. */
  bytesMax?: number | undefined
}

/** The folders of a checkout whose archives are fetched. */
export interface SourceFolders {
  /** Where the lists are that name them. */
  checkout: string
  /** Where they are put: the checkout itself, or a folder of it that is none of its links. */
  sources: string
  /** A folder of our own on the same disk: nothing is written through a name that the checkout may have made a link. */
  scratch: string
}

/** An entry, and the list that it stands in. */
interface ListedSource extends SourceEntry {
  list: string
}

/**
 * Brings the archives that a checkout's lists name (`sources`, `.NAME.metadata`) into it, each verified against every
 * digest that they give.
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
  // Who may write a document is not who may read this machine's files.
  if (cache?.startsWith('file://') === true && !lookaside.startsWith('file://'))
    throw new UserError(422, `${name}: its cache ${cache} is a folder of this machine; give one of http(s)`)
  const entries: ListedSource[] = [
    ...(await readList(folders.checkout, 'sources', name, parseSources)),
    ...(await readList(folders.checkout, metadataFile(name), name, parseMetadata)),
  ]
  const byBranch = entries.length > 0 && cache === undefined && asksForBranch(lookaside)
  const branches = byBranch ? await places.branches() : [undefined]
  if (branches.length === 0)
    throw new UserError(
      422,
      `${name}: its commit is on no branch of its repository, and the lookaside keeps archives by branches; push a branch that has it`,
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
          `${name}: ${file} from ${place} has the ${hashTypes[hashType].label.replace('SHA', 'SHA-')} ${actual}, ${list} says ${hash}`,
        )
    }
    // This replaces a link of that name, and does not follow it.
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
 * Downloads from the first of these that has it.
 *
 * @param place what is asked, for messages
 */
async function downloadFirst(
  urls: readonly string[],
  file: string,
  place: string,
  bytesMax = Infinity,
): Promise<void> {
  for (const url of urls) if (await download(url, file, bytesMax)) return
  throw new UserError(422, `${place} has no ${urls.join(' and no ')}`)
}

/**
 * @returns false where there is no such file
 * @throws UserError (422) for one that is too large, or goes on for ever
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
  const response = await fetch(url, { signal: AbortSignal.timeout(downloadMsMax) }).catch(
    (error: unknown) => {
      throw new InfraError('lookaside', `${url}: ${messageOf(error)}`, { cause: error })
    },
  )
  if (response.status === 404) {
    await response.body?.cancel()
    return false
  }
  if (!response.ok || response.body === null)
    throw new InfraError('lookaside', `${url}: HTTP ${response.status}`)
  const limited = async function* (bytes: AsyncIterable<Uint8Array>) {
    let size = 0
    for await (const chunk of bytes) {
      size += chunk.length
      if (size > bytesMax)
        throw new UserError(422, `${url} is larger than ${Math.floor(bytesMax / 1024 / 1024)} MB`)
      yield chunk
    }
  }
  await pipeline(Readable.fromWeb(response.body), limited, createWriteStream(file))
  return true
}
