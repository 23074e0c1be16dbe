import { expect, test } from 'vitest'
import { bytesOf, keepsTheStoreContract } from './contract.testing.ts'
import { MemoryStore } from './index.ts'

keepsTheStoreContract('memory', () => {
  const store = new MemoryStore()
  return Promise.resolve({
    store,
    hasFiles: false,
    spoil: (sha256, bytes) => Promise.resolve(void store.contents.set(sha256, bytes)),
    // The store's unfinished content has no name outside.
    unfinished: () => Promise.resolve([]),
    close: () => Promise.resolve(),
  })
})

test('a store in memory says that it has no files', async () => {
  const store = new MemoryStore()
  const { sha256, file } = await store.receive(bytesOf('x'))
  await store.write(sha256, file)
  await expect(store.path(sha256)).rejects.toThrow('is in memory and has no file')
})
