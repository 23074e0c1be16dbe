import type { Content } from './content.ts'

/** Bytes that are in the store's reach and not in it yet, under a name of the store's own. */
export interface Received extends Content {
  file: string
}

/** A file of a store, whether or not anybody knows of it. */
export interface StoredFile extends Content {
  changedAt: Date
}

/**
 * Where bytes lie, by their SHA-256. A store knows nothing of claims and references: only `Artifacts` and the
 * collector write to it and remove from it, and they keep out of each other's way.
 */
export interface ArtifactStore {
  /** Takes bytes in and hashes them. Nobody sees them; when the source fails nothing of them is left. */
  receive(source: AsyncIterable<Uint8Array>): Promise<Received>
  /**
   * The same for a file of this machine, which stays. What is hashed is the copy: the file may change meanwhile.
   *
   * @throws UserError when it is no plain file
   */
  receiveFile(file: string): Promise<Received>
  /** Forgets what was received. Quiet about what has been written, or is not there. */
  discard(file: string): Promise<void>
  /** Puts what was received into its place, at once; what is there already is replaced by the same. */
  write(sha256: string, file: string): Promise<void>
  has(sha256: string): Promise<{ size: number } | undefined>
  /**
   * A file of this machine with the content, to be read by position and linked, never to be changed.
   *
   * @throws InfraError when there is none
   */
  path(sha256: string): Promise<string>
  /**
   * The bytes as the store has them, unverified, and of no cache. Nothing is opened before the first are asked for.
   *
   * @throws InfraError when there are none
   */
  read(sha256: string): AsyncIterable<Uint8Array>
  /** Quiet when it is not there. */
  remove(sha256: string): Promise<void>
  /** How much more can be received; undefined where nobody can tell. */
  freeBytes(): Promise<number | undefined>
  /** Where the dead leave something behind: removes what was being received and has not grown since. */
  removeUnfinished?(since: Date): Promise<void>
  /** Where a store can tell what it has: everything, in the order of the digests. */
  list?(): AsyncIterable<StoredFile>
}
