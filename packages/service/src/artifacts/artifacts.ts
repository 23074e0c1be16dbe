import { constants, copyFile, link, rm, stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import type { Clock } from '../clock.ts'
import { crossing } from '../crash-points.ts'
import { inTransaction, type Database } from '../database/index.ts'
import { AwayError, InfraError, messageOf, UserError } from '../errors.ts'
import { missingContent, verified, type Content } from './content.ts'
import { claim, findArtifact } from './rows.ts'
import type { ArtifactStore, Received } from './store.ts'

/** SHA-256 of the empty content. Any store can be asked for it. */
const emptyDigest = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

/** The parts that rooms, the collector and the operator's check need. */
export interface ArtifactParts {
  database: Database
  store: ArtifactStore
  clock: Clock
  /**
   * Time within which a room must refer to an artifact that it has put. It exceeds the time of a write and the
   * difference between clocks.
   */
  graceMs: number
}

/**
 * Files by the digest of their content, for any room. The store keeps each content once, however often rooms put it.
 *
 * Rooms and the collector avoid conflicts by the row of an artifact:
 *
 * 1. A put stores the file, then _claims_ it: one transaction inserts or renews the row, and checks the store once
 *    more. A collector that is removing the same artifact holds a row lock. The claim waits for the collector's
 *    transaction and finds the file gone; then the put writes the file again. A row therefore means that the file exists,
 *    and the collector keeps every artifact that was claimed within the grace.
 * 2. The room refers to the artifact within the grace, in another transaction, by a foreign key to `artifacts (sha256)`
 *    whose name ends in `artifact_fkey`. The key must not be deferrable, must not have an `on delete` action, and needs an
 *    index. From then on the artifact stays until no row refers to it.
 * 3. The collector locks the row of an old, unreferenced artifact, checks again, deletes the row and inserts a note
 *    that the file is to be removed. Only in a second transaction it deletes the note and removes the file; a claim
 *    deletes the note, too. A room that refers to the artifact after the grace gets an error (`isGoneArtifact`), and puts
 *    the content again.
 *
 * So a room may refer only to an artifact that it has just put, or to one to which a row already refers (a row that the
 * transaction sees and has locked). A put must not run inside a transaction, because the transaction would stay open
 * while files are copied.
 */
export class Artifacts {
  private readonly parts: ArtifactParts & { diskFreeBytesMin: number }

  /** @param parts.diskFreeBytesMin the least free space of the store for a put */
  constructor(parts: ArtifactParts & { diskFreeBytesMin: number }) {
    this.parts = parts
  }

  /**
   * Stores the bytes of a source.
   *
   * @throws AwayError when there is too little space
   */
  async put(source: AsyncIterable<Uint8Array>): Promise<Content> {
    return this.keep(await this.received((store) => store.receive(source)), {})
  }

  /**
   * Stores a copy of a file of this machine, with its present content. The caller may change and remove the file later.
   *
   * @param expected known facts about the content
   * @throws UserError (422) when it is not a regular file, or has another content; and as {@link put}
   */
  async putFile(file: string, expected: Partial<Content> = {}): Promise<Content> {
    return this.keep(await this.received((store) => store.receiveFile(file)), expected)
  }

  /**
   * Claims an artifact that was put at any earlier time, so that the caller can refer to it.
   *
   * @returns false when the artifact does not exist (any more): then the caller has to put it again
   */
  async renew(sha256: string): Promise<boolean> {
    const { database, store } = this.parts
    if ((await findArtifact(database, sha256)) === undefined) return false
    if ((await store.has(sha256)) === undefined) return false
    await this.putFile(await store.path(sha256), { sha256 })
    return true
  }

  async putText(text: string): Promise<Content> {
    return this.put(Readable.from([Buffer.from(text)]) as AsyncIterable<Uint8Array>)
  }

  /**
   * Returns a file of this machine with the content. The caller may read it at any position and must not change it.
   *
   * @throws InfraError when the store lacks it
   */
  async path(sha256: string): Promise<string> {
    return this.parts.store.path(sha256)
  }

  /**
   * Creates `target` with the content, as a hard link or, where that is impossible, as a copy. No file may exist there.
   * A death may leave a partial copy.
   *
   * @throws InfraError when the store lacks the content, or its size is wrong; this function does not read the content
   */
  async link(sha256: string, target: string): Promise<void> {
    const { database, store } = this.parts
    const row = await findArtifact(database, sha256)
    if (row === undefined) throw new Error(`${sha256} is not an artifact`)
    const file = await store.path(sha256)
    const { size } = await stat(file)
    if (size !== row.size)
      throw new InfraError(
        'artifact store',
        `the content of ${sha256} has ${size} bytes in ${file}, expected ${row.size}; restore it from a backup`,
      )
    await linkOrCopy(file, target)
  }

  /**
   * Returns the content, verified while the caller reads it: a stream of wrong content ends in an InfraError before its
   * last bytes.
   *
   * @throws InfraError when the store lacks it
   */
  async open(sha256: string): Promise<Readable> {
    const { store } = this.parts
    if ((await store.has(sha256)) === undefined) throw missingContent(sha256)
    return Readable.from(verified(store.read(sha256), sha256), { objectMode: false })
  }

  /**
   * Returns the content as text (UTF-8), verified.
   *
   * @throws UserError (422) when it has more than `bytesMax`, InfraError when the store lacks it or has wrong content
   */
  async readText(sha256: string, bytesMax: number): Promise<string> {
    const { store } = this.parts
    const found = await store.has(sha256)
    if (found === undefined) throw missingContent(sha256)
    if (found.size > bytesMax)
      throw new UserError(422, `the text ${sha256} has ${found.size} bytes, at most ${bytesMax} are read`)
    const chunks: Uint8Array[] = []
    for await (const chunk of verified(store.read(sha256), sha256)) chunks.push(chunk)
    return Buffer.concat(chunks).toString('utf8')
  }

  /**
   * Resolves when the store can take content.
   *
   * @throws AwayError when there is too little space, or the store does not answer
   */
  async answer(): Promise<void> {
    await this.requireSpace()
    await this.parts.store.has(emptyDigest)
  }

  private async requireSpace(): Promise<void> {
    const { store, diskFreeBytesMin } = this.parts
    const free = await store.freeBytes()
    if (free === undefined || free >= diskFreeBytesMin) return
    const megabytes = (bytes: number) => bytes / 1024 / 1024
    throw new AwayError(
      'artifact store',
      `${Math.floor(megabytes(free))} MB are free, ${Math.ceil(megabytes(diskFreeBytesMin))} MB are wanted; ` +
        'free space on its disk, then the service continues',
    )
  }

  private async received(receive: (store: ArtifactStore) => Promise<Received>): Promise<Received> {
    await this.requireSpace()
    try {
      return await receive(this.parts.store)
    } catch (error) {
      if (error instanceof Error && 'code' in error && fullDisk.has(error.code))
        throw new AwayError('artifact store', messageOf(error), '', { cause: error })
      throw error
    }
  }

  private async keep(received: Received, expected: Partial<Content>): Promise<Content> {
    const { sha256, size, file } = received
    const { store } = this.parts
    try {
      requireExpected(received, expected)
      // The collector may remove a present file before this put has claimed it; then the put writes the file.
      if ((await this.isThere(received)) && (await this.claim(received))) return { sha256, size }
      await crossing('artifact', 'write', () => store.write(sha256, file))
      if (await this.claim(received)) return { sha256, size }
      throw new InfraError(
        'artifact store',
        `the content of ${sha256} was removed during the upload; the service uploads it again`,
      )
    } finally {
      await store.discard(file)
    }
  }

  /** Claims the content. Returns whether the file exists; without a file nothing is claimed. */
  private async claim(content: Content): Promise<boolean> {
    const { database, clock } = this.parts
    try {
      await inTransaction(database, 'claim artifact', async (tx) => {
        await claim(tx, content, clock.now())
        if (!(await this.isThere(content))) throw new GoneMeanwhile()
      })
      return true
    } catch (error) {
      if (error instanceof GoneMeanwhile) return false
      throw error
    }
  }

  private async isThere({ sha256, size }: Content): Promise<boolean> {
    return (await this.parts.store.has(sha256))?.size === size
  }
}

const fullDisk = new Set<unknown>(['ENOSPC', 'EDQUOT'])

/** Rolls a claim back. */
class GoneMeanwhile extends Error {}

function requireExpected(actual: Content, expected: Partial<Content>): void {
  if (expected.size !== undefined && expected.size !== actual.size)
    throw new UserError(422, `the content has ${actual.size} bytes, ${expected.size} were expected`)
  if (expected.sha256 !== undefined && expected.sha256 !== actual.sha256)
    throw new UserError(422, `the content has the SHA-256 ${actual.sha256}, ${expected.sha256} was expected`)
}

/**
 * The target is on another file system (EXDEV), on one without links (EPERM), or the file has the most possible links.
 */
const cannotLink = new Set<unknown>(['EXDEV', 'EPERM', 'EMLINK'])

async function linkOrCopy(file: string, target: string): Promise<void> {
  try {
    await link(file, target)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && cannotLink.has(error.code))) throw error
    await copy(file, target)
  }
}

async function copy(file: string, target: string): Promise<void> {
  try {
    await copyFile(file, target, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL)
  } catch (error) {
    // Removes the partial copy, but never a file that another process has created there.
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST'))
      await rm(target, { force: true })
    throw error
  }
}
