import { afterAll, beforeAll, expect, test } from 'vitest'
import { createDatabase } from '../test/support/database.ts'
import { connect, inTransaction, type Database } from './database/index.ts'
import { MemoryHub } from './hub/memory-hub.testing.ts'
import { openRooms, type World } from './rooms.ts'

let database: Database
let drop: () => Promise<void>
let hub: MemoryHub
beforeAll(async () => {
  const own = await createDatabase()
  drop = own.drop
  database = connect(own.url)
  hub = await MemoryHub.open()
})
afterAll(async () => {
  await hub.close()
  await database.destroy()
  await drop()
})

test('no room can ask the hub or the builder inside a transaction', async () => {
  const builder = { can: {}, observe: () => Promise.resolve(new Map()) }
  const { world } = openRooms({ database, hub, builder, bus: {} } as unknown as World, [])
  expect((await world.hub.builds([])).size).toBe(0)
  expect((await world.builder.observe([])).size).toBe(0)
  for (const ask of [() => world.hub.builds([]), () => world.builder.observe([])])
    await expect(
      inTransaction(database, 'recorder', async () => {
        await ask()
      }),
    ).rejects.toThrow('is called in the transaction "recorder"; call it before the transaction begins')
})
