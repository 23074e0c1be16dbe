import { expect, test } from 'vitest'
import { databaseOfFile } from '../../test/support/database.ts'
import { inTransaction, outsideTransactions } from './index.ts'

const database = databaseOfFile()

test('a hub that is asked inside a transaction is a bug, wherever the call stands, and outside of one it is not', async () => {
  const hub = outsideTransactions({ tags: () => Promise.resolve(7), can: { tag: true } }, 'the hub')
  const deeper = async () => {
    await Promise.resolve()
    return hub.tags()
  }
  expect(await deeper()).toBe(7)
  await expect(inTransaction(database(), 'recorder', deeper)).rejects.toThrow(
    'the hub.tags is called in the transaction "recorder"; call it before the transaction begins',
  )
  expect(await inTransaction(database(), 'recorder', () => Promise.resolve(hub.can))).toEqual({ tag: true })
  expect(await deeper()).toBe(7)
})
