import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bytesOf, keepsTheStoreContract, sha256Of } from './contract.testing.ts'
import { FolderStore } from './index.ts'

const temporaryFolder = () => mkdtemp(path.join(os.tmpdir(), 'mbs-test-artifacts-'))

keepsTheStoreContract('folder', async () => {
  const folder = await temporaryFolder()
  return {
    store: new FolderStore(folder),
    hasFiles: true,
    spoil: async (sha256, bytes) => {
      const file = path.join(folder, sha256.slice(0, 2), sha256.slice(2))
      await rm(file)
      await writeFile(file, bytes)
    },
    unfinished: () => readdir(path.join(folder, 'tmp')),
    close: () => rm(folder, { recursive: true, force: true }),
  }
})

describe('a folder of artifacts', () => {
  let folder: string
  let store: FolderStore
  beforeAll(async () => {
    folder = await temporaryFolder()
    store = new FolderStore(folder)
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  const listed = async () => {
    const files = []
    for await (const file of store.list()) files.push(file)
    return files
  }

  test('that is not there yet has nothing, and has space', async () => {
    const nowhere = new FolderStore(path.join(folder, 'later'))
    await nowhere.removeUnfinished(new Date('2030-01-01'))
    expect(await nowhere.freeBytes()).toBeGreaterThan(0)
  })

  test('lists what is in it, and nothing else', async () => {
    for (const text of ['a', 'bb', 'ccc']) {
      const { sha256, file } = await store.receive(bytesOf(text))
      await store.write(sha256, file)
    }
    await mkdir(path.join(folder, 'lost+found'))
    await writeFile(path.join(folder, sha256Of('a').slice(0, 2), 'notes.txt'), '')
    await store.receive(bytesOf('unfinished'))
    const instant = new Date('2026-01-01T00:00:00Z')
    await utimes(await store.path(sha256Of('bb')), instant, instant)
    const files = await listed()
    expect(files.map(({ sha256 }) => sha256)).toEqual(['a', 'bb', 'ccc'].map(sha256Of).sort())
    expect(files).toContainEqual({ sha256: sha256Of('bb'), size: 2, changedAt: instant })
  })

  test('forgets what the dead were receiving, and not what grows', async () => {
    const temporary = path.join(folder, 'tmp')
    for (const name of await readdir(temporary)) await rm(path.join(temporary, name))
    const [old, fresh] = [await store.receive(bytesOf('old')), await store.receive(bytesOf('fresh'))]
    await utimes(old.file, new Date('2026-01-01'), new Date('2026-01-01'))
    await store.removeUnfinished(new Date('2026-01-02'))
    expect(await readdir(temporary)).toEqual([path.basename(fresh.file)])
  })
})
