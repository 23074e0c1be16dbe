import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { readRepomd, unpackRecord, type MetadataRecord } from '@mbs/repodata'
import { InfraError, messageOf, UserError } from '../errors.ts'
import { isMissing } from '../files.ts'

/** A repository at one moment. */
export interface PublishedRepository {
  /** Its address, without a slash at the end. */
  url: string
  /** The SHA-256 of its `repomd.xml`, in hexadecimal. A different digest means that the repository has changed. */
  digest: string
  /** Its metadata, by type. */
  records: ReadonlyMap<string, MetadataRecord>
}

/** The repositories of whole distributions have some 10 kB of `repomd.xml`. */
const repomdBytesMax = 1024 * 1024

/** Time limit for a response. */
const answerMsMax = 5 * 60_000

/**
 * Reads the list of a repository's metadata. The caller must check the user's permission, because this function reads
 * any `file://` URL or path.
 *
 * @param place an `http(s)://` or `file://` URL, or a folder: the parent of `repodata`
 * @throws UserError 422 when there is no repository, or its metadata are invalid; InfraError when it cannot be read
 */
export async function openRepository(place: string): Promise<PublishedRepository> {
  const url = urlOf(place)
  const file = `${url}/repodata/repomd.xml`
  const bytes = await readAll(file, repomdBytesMax)
  return {
    url,
    digest: createHash('sha256').update(bytes).digest('hex'),
    records: orRefuse(file, () => readRepomd(Buffer.from(bytes).toString('utf8'))),
  }
}

/**
 * Reads, verifies and unpacks one file of the metadata, and converts it with `read`.
 *
 * @param bytesMax limit for the file, packed and unpacked
 * @throws UserError 422 when it is too large, its unpacked content differs from `repomd.xml`, or `read` throws;
 * InfraError when the repository is being changed
 */
export async function readRecord<T>(
  { url }: PublishedRepository,
  record: MetadataRecord,
  bytesMax: number,
  read: (content: Uint8Array) => T,
): Promise<T> {
  const { location, size, checksum } = record
  const file = `${url}/${location}`
  if (size !== undefined && size > bytesMax)
    throw new UserError(422, `${file}: repomd.xml gives ${size} bytes; the limit is ${bytesMax}`)
  const bytes = await readAll(file, bytesMax)
  const actual = createHash(checksum.type).update(bytes).digest('hex')
  // The next version of the repository may have replaced this one between two requests.
  if (actual !== checksum.hex)
    throw new InfraError(
      'repository',
      `${file}: checksum mismatch: ${checksum.type} ${actual}, expected ${checksum.hex}`,
    )
  return orRefuse(file, () => read(unpackRecord(record, bytes, bytesMax)))
}

function orRefuse<T>(file: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw new UserError(422, `${file} is not repository metadata: ${messageOf(error)}`)
  }
}

function urlOf(place: string): string {
  const isUrl = /^[a-z][a-z0-9+.-]*:\/\//i.test(place)
  if (isUrl && !/^(?:https?|file):\/\/./.test(place))
    throw new UserError(
      422,
      `"${place}" is not the place of a repository; give http(s)://, file:// or a folder`,
    )
  return (isUrl ? place : pathToFileURL(path.resolve(place)).href).replace(/\/+$/, '')
}

async function readAll(url: string, bytesMax: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of bytesOf(url)) {
    length += part.length
    if (length > bytesMax) throw new UserError(422, `${url} has more than ${bytesMax} bytes`)
    parts.push(part)
  }
  return Buffer.concat(parts)
}

/**
 * Reads the content of an `http(s)://` or `file://` URL in chunks.
 *
 * @throws UserError 422 when the URL does not exist, InfraError when it cannot be read
 */
export function bytesOf(url: string): AsyncGenerator<Uint8Array> {
  return url.startsWith('file://') ? readFrom(url) : download(url)
}

async function* readFrom(url: string): AsyncGenerator<Uint8Array> {
  try {
    // A read stream closes its handle even if the caller stops early.
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
