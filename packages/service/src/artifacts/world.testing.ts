import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { createDatabase } from '../../test/support/database.ts'
import { after, type Clock } from '../clock.ts'
import { connect, type Database } from '../database/index.ts'
import { Artifacts, FolderStore, type ArtifactParts } from './index.ts'

/** A clock that the test advances. */
export class HandClock implements Clock {
  private instant = new Date('2026-01-01T00:00:00Z')

  now(): Date {
    return this.instant
  }

  elapsed(): number {
    return this.instant.getTime()
  }

  advance(milliseconds: number): void {
    this.instant = after(this.instant, milliseconds)
  }

  schedule(): () => void {
    throw new Error('nothing of artifacts waits')
  }
}

/** A database of its own, a folder, and a clock that stands still. */
export interface ArtifactWorld {
  parts: ArtifactParts & { store: FolderStore; clock: HandClock }
  artifacts: Artifacts
  database: Database
  /** The folder of the store. */
  folder: string
  /** A folder for other files, on the same file system. */
  scratch: string
  close(): Promise<void>
}

export const graceMs = 60_000

export async function openArtifactWorld(): Promise<ArtifactWorld> {
  const own = await createDatabase()
  const database = connect(own.url, { mayAlwaysWrite: true })
  const scratch = await mkdtemp(path.join(os.tmpdir(), 'mbs-test-artifacts-'))
  const folder = path.join(scratch, 'store')
  const parts = { database, store: new FolderStore(folder), clock: new HandClock(), graceMs }
  return {
    parts,
    artifacts: new Artifacts({ ...parts, diskFreeBytesMin: 0 }),
    database,
    folder,
    scratch,
    close: async () => {
      await database.destroy()
      await own.drop()
      await rm(scratch, { recursive: true, force: true })
    },
  }
}
