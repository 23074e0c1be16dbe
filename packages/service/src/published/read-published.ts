import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { decodeModulemd, readDrafts, type ModuleIndex, type ModuleStream, type Problem } from '@mbs/modulemd'
import { readRepomd, unpack, type MetadataRecord } from '@mbs/repodata'
import { InfraError, messageOf, UserError } from '../errors.ts'
import { isMissing } from '../files.ts'

/** The modules of a repository, as it publishes them at one moment. */
export interface PublishedModules {
  /** Its address, without a slash at the end. */
  url: string
  /** The SHA-256 of its `repomd.xml`, in hexadecimal: another one means that the repository has changed. */
  digest: string
  /** Its streams, those of version 1 as version 2. */
  streams: ModuleStream[]
  /** All of its documents: defaults and obsoletes too. Empty where it has no modules. */
  index: ModuleIndex
  /** What was wrong with other documents, which are left out. */
  problems: Problem[]
}

/** The repositories of whole distributions have some 10 kB of `repomd.xml` and some megabytes of modules. */
const largest = { repomd: 1024 * 1024, modules: 64 * 1024 * 1024 }

/** An answer that takes longer has failed. */
const answerMsMax = 5 * 60_000

/**
 * Reads the modules of a repository, and verifies them against its `repomd.xml`. Who may read what is for the caller
 * to say: a `file://` URL or a path is read wherever it leads.
 *
 * @param place an `http(s)://` or `file://` URL, or a folder: that in which `repodata` is
 * @throws UserError 422 when there is no repository, or its metadata is none; InfraError when it cannot be had, or is
 *   just being changed
 */
export async function readPublishedModules(place: string): Promise<PublishedModules> {
  const url = urlOf(place)
  const repomd = await read(`${url}/repodata/repomd.xml`, largest.repomd)
  const record = orRefuse(`${url}/repodata/repomd.xml`, () =>
    readRepomd(Buffer.from(repomd).toString('utf8')).get('modules'),
  )
  const { index, problems } = readDrafts(record === undefined ? '' : await readModules(url, record))
  index.upgrade()
  return {
    url,
    digest: createHash('sha256').update(repomd).digest('hex'),
    streams: index.documents.filter((document) => document.kind === 'modulemd'),
    index,
    problems,
  }
}

async function readModules(url: string, { location, size, checksum }: MetadataRecord): Promise<string> {
  const file = `${url}/${location}`
  if (size !== undefined && size > largest.modules)
    throw new UserError(422, `${file} is said to have ${size} bytes; at most ${largest.modules} are read`)
  const bytes = await read(file, largest.modules)
  const actual = createHash(checksum.type).update(bytes).digest('hex')
  // Between two requests a repository may have been replaced by its next version.
  if (actual !== checksum.hex)
    throw new InfraError('repository', `${file} has the ${checksum.type} ${actual}, not ${checksum.hex}`)
  return orRefuse(file, () => decodeModulemd(unpack(bytes, largest.modules)))
}

function orRefuse<T>(file: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw new UserError(422, `${file} is no metadata of a repository: ${messageOf(error)}`)
  }
}

function urlOf(place: string): string {
  const isUrl = /^[a-z][a-z0-9+.-]*:\/\//i.test(place)
  if (isUrl && !/^(?:https?|file):\/\/./.test(place))
    throw new UserError(422, `"${place}" is no place of a repository; give http(s)://, file:// or a folder`)
  return (isUrl ? place : pathToFileURL(path.resolve(place)).href).replace(/\/+$/, '')
}

async function read(url: string, bytesMax: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of url.startsWith('file://') ? readFrom(url) : download(url)) {
    length += part.length
    if (length > bytesMax) throw new UserError(422, `${url} has more than ${bytesMax} bytes`)
    parts.push(part)
  }
  return Buffer.concat(parts)
}

async function* readFrom(url: string): AsyncGenerator<Uint8Array> {
  try {
    // A read stream closes its handle, also when nobody wants the rest.
    yield* (await open(fileURLToPath(url))).createReadStream() as AsyncIterable<Uint8Array>
  } catch (error) {
    if (isMissing(error)) throw new UserError(422, `there is no ${url}; is it a repository?`)
    throw new InfraError('repository', `${url}: ${messageOf(error)}`, { cause: error })
  }
}

async function* download(url: string): AsyncGenerator<Uint8Array> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(answerMsMax) })
    if (response.status === 404 || response.status === 410)
      throw new UserError(422, `there is no ${url}; is it a repository?`)
    if (!response.ok || response.body === null)
      throw new InfraError('repository', `${url}: HTTP ${response.status}`)
    yield* response.body
  } catch (error) {
    if (error instanceof UserError || error instanceof InfraError) throw error
    const { cause } = error as { cause?: unknown }
    const reason = [error, ...(cause === undefined ? [] : [cause])].map(messageOf).join(': ')
    throw new InfraError('repository', `${url}: ${reason}`, { cause: error })
  }
}
