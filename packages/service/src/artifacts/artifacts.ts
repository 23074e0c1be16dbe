import { constants, copyFile, link, rm, stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import type { Clock } from '../clock.ts'
import { crossing } from '../crash-points.ts'
import { inTransaction, type Database } from '../database/index.ts'
import { InfraError, UserError } from '../errors.ts'
import { missingContent, verified, type Content } from './content.ts'
import { claim, findArtifact } from './rows.ts'
import type { ArtifactStore, Received } from './store.ts'

/** What the rooms, the collector and an operator's check work on. */
export interface ArtifactParts {
  database: Database
  store: ArtifactStore
  clock: Clock
  /** So long nobody needs to refer to what was put; more than a write takes and clocks differ. */
  graceMs: number
}

/**
 * Files by the digest of their content, for any room. One content is there once, however often it is put.
 *
 * Rooms and the collector keep out of each other's way by the row of an artifact:
 *
 * 1. A put sees to it that the file is there, then _claims_ it: one transaction writes the row, or makes it new, and
 *    looks at the store once more. A collector that is removing the same artifact holds a row, so the claim waits until
 *    that is over, and finds the file gone; then it is written again. A row tells that the file is there, and what was
 *    claimed within the grace is not collected.
 * 2. Whoever put it refers to it within the grace, in another transaction, by a foreign key to `artifacts (sha256)`
 *    whose name ends in `artifact_fkey`. The key must not be deferrable nor do anything `on delete`, and wants an
 *    index. From then on the artifact stays until nobody refers to it any more.
 * 3. The collector takes the row of what is old and unreferenced, looks again, deletes it and leaves a note that the
 *    file is to go. Only then it takes the note and removes the file; a claim takes the note away. Whoever refers to it
 *    later than the grace gets an error (`isGoneArtifact`), and puts it again.
 *
 * So only what was put just now, or what somebody refers to already (in the transaction's own sight, and locked), may
 * be referred to. Puts do not belong into a transaction: it would be open for as long as files are copied.
 */
export class Artifacts {
  private readonly parts: ArtifactParts & { diskFreeBytesMin: number }

  /** @param parts.diskFreeBytesMin nothing is put while the store has less than this left */
  constructor(parts: ArtifactParts & { diskFreeBytesMin: number }) {
    this.parts = parts
  }

  /**
   * Keeps what comes.
   *
   * @throws InfraError when there is too little space
   */
  async put(source: AsyncIterable<Uint8Array>): Promise<Content> {
    await this.requireSpace()
    return this.keep(await this.parts.store.receive(source), {})
  }

  /**
   * Keeps a copy of a file of this machine, as it is now; the file may change and go.
   *
   * @param expected what is known about it
   * @throws UserError (422) when it is no plain file, or something else; and as {@link put}
   */
  async putFile(file: string, expected: Partial<Content> = {}): Promise<Content> {
    await this.requireSpace()
    return this.keep(await this.parts.store.receiveFile(file), expected)
  }

  /**
   * Lets what was put earlier be referred to, however long ago that was.
   *
   * @returns false when it is not there (any more): then it has to be put again
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
   * A file of this machine with the content, to be read by position, never to be changed.
   *
   * @throws InfraError when the store has it not
   */
  async path(sha256: string): Promise<string> {
    return this.parts.store.path(sha256)
  }

  /**
   * Puts the content at `target`, where nothing is yet, as a hard link or, where there can be none, as a copy. A death
   * may leave half a copy.
   *
   * @throws InfraError when the store has it not, or its size is wrong; the content is not read
   */
  async link(sha256: string, target: string): Promise<void> {
    const { database, store } = this.parts
    const row = await findArtifact(database, sha256)
    if (row === undefined) throw new Error(`${sha256} is no artifact`)
    const file = await store.path(sha256)
    const { size } = await stat(file)
    if (size !== row.size)
      throw new InfraError(
        'artifact store',
        `the content of ${sha256} has ${size} bytes in ${file}, and had ${row.size}; bring it back from a backup`,
      )
    await linkOrCopy(file, target)
  }

  /**
   * The content, verified while it is read: the stream of a wrong one ends in an InfraError before its last bytes.
   *
   * @throws InfraError when the store has it not
   */
  async open(sha256: string): Promise<Readable> {
    const { store } = this.parts
    if ((await store.has(sha256)) === undefined) throw missingContent(sha256)
    return Readable.from(verified(store.read(sha256), sha256), { objectMode: false })
  }

  /**
   * The content as text (UTF-8), verified.
   *
   * @throws UserError (422) when it has more than `bytesMax`, InfraError when the store has it not or wrong
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

  private async requireSpace(): Promise<void> {
    const { store, diskFreeBytesMin } = this.parts
    const free = await store.freeBytes()
    if (free === undefined || free >= diskFreeBytesMin) return
    const megabytes = (bytes: number) => bytes / 1024 / 1024
    throw new InfraError(
      'artifact store',
      `${Math.floor(megabytes(free))} MB are free, ${Math.ceil(megabytes(diskFreeBytesMin))} MB are wanted; ` +
        'make room on its disk, then this goes on by itself',
    )
  }

  private async keep(received: Received, expected: Partial<Content>): Promise<Content> {
    const { sha256, size, file } = received
    const { store } = this.parts
    try {
      requireExpected(received, expected)
      // What was there may have gone before it was claimed: then it is written.
      if ((await this.isThere(received)) && (await this.claim(received))) return { sha256, size }
      await crossing('artifact', 'write', () => store.write(sha256, file))
      if (await this.claim(received)) return { sha256, size }
      throw new InfraError(
        'artifact store',
        `the content of ${sha256} went while it was put; it is put again`,
      )
    } finally {
      await store.discard(file)
    }
  }

  /** Gives whether the file is there; where it is not, nothing is claimed. */
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

/** Takes a claim back. */
class GoneMeanwhile extends Error {}

function requireExpected(actual: Content, expected: Partial<Content>): void {
  if (expected.size !== undefined && expected.size !== actual.size)
    throw new UserError(422, `the content has ${actual.size} bytes, ${expected.size} were expected`)
  if (expected.sha256 !== undefined && expected.sha256 !== actual.sha256)
    throw new UserError(422, `the content has the SHA-256 ${actual.sha256}, ${expected.sha256} was expected`)
}

/** On other file systems (EXDEV), on those without links (EPERM), and of a file with all the links it can have. */
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
    // Never what somebody else has put there.
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST'))
      await rm(target, { force: true })
    throw error
  }
}
