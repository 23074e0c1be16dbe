import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { execa } from 'execa'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { contentOf } from './content.ts'
import type { ArtifactStore } from './store.ts'

/** The parts that an implementation passes to the contract: the store, and access behind it. */
export interface StoreSubject {
  store: ArtifactStore
  /** Whether the store has files on this machine. */
  hasFiles: boolean
  /** Replaces the bytes of an artifact without the store's knowledge. */
  spoil(sha256: string, bytes: Buffer): Promise<void>
  /** Returns the received bytes that are neither written nor discarded. */
  unfinished(): Promise<readonly string[]>
  close(): Promise<void>
}

export async function* bytesOf(...chunks: (string | Buffer)[]): AsyncGenerator<Uint8Array, void> {
  for (const chunk of chunks) yield await Promise.resolve(Buffer.from(chunk))
}

export function sha256Of(bytes: string | Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** Defines the tests that every store passes. */
export function keepsTheStoreContract(name: string, open: () => Promise<StoreSubject>): void {
  describe(`the ${name} store keeps the contract`, () => {
    let subject: StoreSubject
    let store: ArtifactStore
    let scratch: string
    beforeAll(async () => {
      scratch = await mkdtemp(path.join(os.tmpdir(), 'mbs-test-artifacts-'))
    })
    afterAll(() => rm(scratch, { recursive: true, force: true }))
    beforeEach(async () => {
      subject = await open()
      store = subject.store
    })
    afterEach(() => subject.close())

    const write = async (text: string | Buffer) => {
      const { sha256, file } = await store.receive(bytesOf(text))
      await store.write(sha256, file)
      return sha256
    }

    test('what was received is hashed, and there only once it is written', async () => {
      const received = await store.receive(bytesOf('one', ' and ', 'two'))
      expect(received).toMatchObject({ sha256: sha256Of('one and two'), size: 11 })
      expect(await store.has(received.sha256)).toBeUndefined()
      await store.write(received.sha256, received.file)
      expect(await store.has(received.sha256)).toEqual({ size: 11 })
      expect(await contentOf(store.read(received.sha256))).toEqual({ sha256: received.sha256, size: 11 })
      expect(await subject.unfinished()).toEqual([])
    })

    test.each([
      ['nothing', Buffer.alloc(0)],
      ['megabytes', Buffer.alloc(3_000_001, 'abc')],
    ])('it takes %s', async (_, bytes) => {
      const sha256 = await write(bytes)
      expect(await contentOf(store.read(sha256))).toEqual({ sha256, size: bytes.length })
    })

    test('of a source that fails nothing is left', async () => {
      const failing = async function* () {
        yield* bytesOf('half')
        throw new Error('the line is dead')
      }
      await expect(store.receive(failing())).rejects.toThrow('the line is dead')
      expect(await subject.unfinished()).toEqual([])
    })

    test('a file is copied: what becomes of it does not matter', async () => {
      const file = path.join(scratch, 'package.rpm')
      await writeFile(file, 'a package')
      const received = await store.receiveFile(file)
      await writeFile(file, 'another one')
      await rm(file)
      await store.write(received.sha256, received.file)
      expect(received).toMatchObject({ sha256: sha256Of('a package'), size: 9 })
      expect(await contentOf(store.read(received.sha256))).toMatchObject({ sha256: received.sha256 })
    })

    test('writing twice is writing once', async () => {
      const sha256 = await write('the same')
      expect(await write('the same')).toBe(sha256)
      expect(await store.has(sha256)).toEqual({ size: 8 })
    })

    test('discarding is quiet, twice and behind a write', async () => {
      const { sha256, file } = await store.receive(bytesOf('kept'))
      await store.write(sha256, file)
      await store.discard(file)
      expect(await store.has(sha256)).toEqual({ size: 4 })
      const other = await store.receive(bytesOf('not kept'))
      await store.discard(other.file)
      await store.discard(other.file)
      expect(await subject.unfinished()).toEqual([])
    })

    test('removing is quiet, twice too, and leaves the others', async () => {
      const [gone, stays] = [await write('goes'), await write('stays')]
      await store.remove(gone)
      await store.remove(gone)
      expect(await store.has(gone)).toBeUndefined()
      expect(await store.has(stays)).toEqual({ size: 5 })
    })

    test('what is missing is told as something that may be there later', async () => {
      const missing = sha256Of('never written')
      const told = { name: 'InfraError', service: 'artifact store' }
      await expect(contentOf(store.read(missing))).rejects.toMatchObject(told)
      if (subject.hasFiles) await expect(store.path(missing)).rejects.toMatchObject(told)
    })

    test('it gives its bytes as they are, right or wrong', async () => {
      const sha256 = await write('right')
      await subject.spoil(sha256, Buffer.from('wrong'))
      expect(await contentOf(store.read(sha256))).toEqual({ sha256: sha256Of('wrong'), size: 5 })
    })

    test('what is no digest is no place', async () => {
      const { file } = await store.receive(bytesOf('x'))
      for (const wrong of ['../../../etc/passwd', 'ab', sha256Of('x').toUpperCase()])
        await expect(store.write(wrong, file)).rejects.toThrow('is not a SHA-256')
    })

    test('a store with files shows one that nobody changes by mistake', async ({ skip }) => {
      skip(!subject.hasFiles, 'it has no files')
      const file = await store.path(await write('to be read'))
      expect(await readFile(file, 'utf8')).toBe('to be read')
      expect((await execa('stat', ['--format=%a', file])).stdout).toBe('444')
    })

    test('a store with files takes no link for a file, and waits for no pipe', async ({ skip }) => {
      skip(!subject.hasFiles, 'it takes no files of builders')
      const [link, pipe] = [path.join(scratch, 'link'), path.join(scratch, 'pipe')]
      await symlink('/etc/hostname', link)
      await execa('mkfifo', [pipe])
      const told = { name: 'UserError', status: 422 }
      await expect(store.receiveFile(link)).rejects.toMatchObject(told)
      await expect(store.receiveFile(pipe)).rejects.toMatchObject(told)
      await expect(store.receiveFile(scratch)).rejects.toMatchObject(told)
      expect(await subject.unfinished()).toEqual([])
    })
  })
}
