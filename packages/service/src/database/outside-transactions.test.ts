import { afterAll, beforeAll, expect, test } from 'vitest'
import { createDatabase } from '../../test/support/database.ts'
import { connect, inTransaction, outsideTransactions, type Database } from './index.ts'

let database: Database
let drop: () => Promise<void>
beforeAll(async () => {
  const own = await createDatabase()
  drop = own.drop
  database = connect(own.url)
})
afterAll(async () => {
  await database.destroy()
  await drop()
})

test('a hub that is asked inside a transaction is a bug, wherever the call stands, and outside of one it is not', async () => {
  const hub = outsideTransactions({ tags: () => Promise.resolve(7), can: { tag: true } }, 'the hub')
  const deeper = async () => {
    await Promise.resolve()
    return hub.tags()
  }
  expect(await deeper()).toBe(7)
  await expect(inTransaction(database, 'recorder', deeper)).rejects.toThrow(
    'the hub.tags is called in the transaction "recorder"; call it before the transaction begins',
  )
  expect(await inTransaction(database, 'recorder', () => Promise.resolve(hub.can))).toEqual({ tag: true })
  expect(await deeper()).toBe(7)
})
