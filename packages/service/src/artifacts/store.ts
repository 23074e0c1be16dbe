import type { Content } from './content.ts'

/** Bytes that the store has received but not stored yet, under a name that the store chose. */
export interface Received extends Content {
  file: string
}

/** A file of a store, with or without a row. */
export interface StoredFile extends Content {
  changedAt: Date
}

/**
 * Stores bytes by their SHA-256. A store knows no claims and no references. Only `Artifacts` and the collector write to
 * it and remove from it, and they avoid conflicts with each other.
 */
export interface ArtifactStore {
  /** Receives and hashes bytes. No reader sees them. When the source fails, none of them remain. */
  receive(source: AsyncIterable<Uint8Array>): Promise<Received>
  /**
   * Receives a copy of a file of this machine; the file stays. The digest is that of the copy, because the file may
   * change meanwhile.
   *
   * @throws UserError when it is not a regular file
   */
  receiveFile(file: string): Promise<Received>
  /** Removes received bytes. Does nothing when they have been written, or do not exist. */
  discard(file: string): Promise<void>
  /** Moves received bytes into their place at once; the same content replaces an existing file. */
  write(sha256: string, file: string): Promise<void>
  has(sha256: string): Promise<{ size: number } | undefined>
  /**
   * Returns a file of this machine with the content. The caller may read it at any position and link it, and must not
   * change it.
   *
   * @throws InfraError when the content does not exist
   */
  path(sha256: string): Promise<string>
  /**
   * Returns the bytes of the store itself, unverified, and not from a cache. The store opens nothing before the caller
   * asks for the first bytes.
   *
   * @throws InfraError when the content does not exist
   */
  read(sha256: string): AsyncIterable<Uint8Array>
  /** Does nothing when the content does not exist. */
  remove(sha256: string): Promise<void>
  /** Returns the free space for received bytes; undefined where it is unknown. */
  freeBytes(): Promise<number | undefined>
  /** For stores in which dead processes leave files: removes received bytes that have not grown since then. */
  removeUnfinished?(since: Date): Promise<void>
  /** For stores that can list their content: returns all files, in the order of the digests. */
  list?(): AsyncIterable<StoredFile>
}
