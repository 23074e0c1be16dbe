import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { copyFile, lstat, mkdtemp, rm } from 'node:fs/promises'
import path from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { InfraError, messageOf, UserError } from '../errors.ts'
import { isMissing, readIfPresent, rename } from '../files.ts'

/** A slower download has failed. */
const downloadMsMax = 30 * 60_000

/** One line of a `sources` file: an archive that lies beside dist-git. */
export interface SourceEntry {
  file: string
  sha512: string
}

const line = /^SHA512 \(([A-Za-z0-9][A-Za-z0-9+._~^-]*)\) = ([0-9a-f]{128})$/

/**
 * Reads a `sources` file.
 *
 * @throws UserError (422) with the line that is no `SHA512 (FILE) = HASH`
 */
export function parseSources(text: string, where: string): SourceEntry[] {
  return text.split('\n').flatMap((content, index) => {
    if (content.trim() === '') return []
    const [, file, sha512] = line.exec(content.trim()) ?? []
    if (file !== undefined && sha512 !== undefined) return [{ file, sha512 }]
    throw new UserError(
      422,
      `${where}, line ${index + 1} of sources: expected "SHA512 (FILE) = HASH", found "${content.trim()}"`,
    )
  })
}

/**
 * Brings the archives that a checkout's `sources` file names into the checkout, each verified against its digest.
 *
 * @param scratch a folder of our own: nothing is written through a name that the checkout may have made a link
 * @param lookaside URL under which archives are at NAMESPACE/PACKAGE/FILE/sha512/HASH/FILE (the layout of
 *   dist-git's lookaside cache)
 * @throws UserError when an archive is missing or is another one, InfraError when it cannot be fetched
 */
export async function fetchSources(
  checkout: string,
  lookaside: string,
  name: string,
  scratch: string,
): Promise<void> {
  const list = path.join(checkout, 'sources')
  const found = await lstat(list).catch((error: unknown) => {
    if (isMissing(error)) return undefined
    throw error
  })
  // A symbolic link in a checkout may lead anywhere on this machine.
  if (found === undefined || !found.isFile()) return
  for (const entry of parseSources((await readIfPresent(list)) ?? '', name))
    await fetchSource(checkout, lookaside, name, entry, scratch)
}

async function fetchSource(
  checkout: string,
  lookaside: string,
  name: string,
  entry: SourceEntry,
  scratch: string,
): Promise<void> {
  const { file, sha512 } = entry
  const url = `${lookaside.replace(/\/*$/, '/')}rpms/${name}/${file}/sha512/${sha512}/${file}`
  const folder = await mkdtemp(path.join(scratch, 'lookaside-'))
  const temporary = path.join(folder, file)
  try {
    await download(url, temporary)
    const digest = createHash('sha512')
    await pipeline(createReadStream(temporary), digest)
    const actual = digest.digest('hex')
    if (actual !== sha512)
      throw new UserError(
        422,
        `${name}: ${file} from the lookaside has the SHA-512 ${actual}, sources says ${sha512}`,
      )
    await rename(temporary, path.join(checkout, file))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function download(url: string, file: string): Promise<void> {
  if (url.startsWith('file://')) {
    await copyFile(fileURLToPath(url), file).catch((error: unknown) => {
      if (isMissing(error)) throw new UserError(422, `the lookaside has no ${url}`)
      throw new InfraError('lookaside', messageOf(error), { cause: error })
    })
    return
  }
  const response = await fetch(url, { signal: AbortSignal.timeout(downloadMsMax) }).catch(
    (error: unknown) => {
      throw new InfraError('lookaside', `${url}: ${messageOf(error)}`, { cause: error })
    },
  )
  if (response.status === 404) throw new UserError(422, `the lookaside has no ${url}`)
  if (!response.ok || response.body === null)
    throw new InfraError('lookaside', `${url}: HTTP ${response.status}`)
  await pipeline(Readable.fromWeb(response.body), createWriteStream(file))
}
