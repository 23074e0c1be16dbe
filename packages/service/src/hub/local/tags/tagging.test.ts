import pg from 'pg'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createDatabase } from '../../../../test/support/database.ts'
import { Artifacts, MemoryStore } from '../../../artifacts/index.ts'
import { serviceCaller } from '../../../auth/index.ts'
import { systemClock } from '../../../clock.ts'
import { connect, inTransaction, type Database } from '../../../database/index.ts'
import { HubChange } from '../change.ts'
import { LocalHub } from '../local-hub.ts'
import { blockPackage, packagesOf } from './packages.ts'
import { requireTag } from './tags.ts'

let database: Database
let drop: () => Promise<void>
let hub: LocalHub
beforeAll(async () => {
  const own = await createDatabase()
  drop = own.drop
  database = connect(own.url)
  const store = { database, clock: systemClock, store: new MemoryStore() }
  const artifacts = new Artifacts({ ...store, graceMs: 3_600_000, diskFreeBytesMin: 0 })
  hub = new LocalHub({ database, artifacts, clock: systemClock })
})
afterAll(async () => {
  await database.destroy()
  await drop()
})

const build = (name: string, version = '1') =>
  hub.recordOwnBuild({
    ...{ name, version, release: '1', epoch: null, source: null, rpms: [], buildroots: [], logs: [] },
  })

async function statementsOf(work: () => Promise<unknown>): Promise<number> {
  const query = vi.spyOn(pg.Client.prototype, 'query')
  await work()
  const count = query.mock.calls.length
  query.mockRestore()
  return count
}

test('a batch is tagged with the same statements, however many builds it has', async () => {
  await hub.ensureTags([{ name: 'few' }, { name: 'many' }])
  const few = [await build('a')]
  const many = await Promise.all(Array.from({ length: 40 }, (_, index) => build(`b${index}`)))
  // The first query of a connection also sets it up.
  await hub.tagged('few')
  const statements = await statementsOf(() => hub.tag('few', few))
  expect(statements).toBeGreaterThan(5)
  expect(await statementsOf(() => hub.tag('many', many))).toBe(statements)
  expect((await hub.tagged('many')).map(({ nvr }) => nvr).toSorted()).toEqual(many.toSorted())
  const history = await hub.history('many', { limit: 200 })
  const events = history.filter(({ subject }) => subject === 'build').map(({ id }) => id)
  expect(new Set(events).size).toBe(many.length)
})

test('of several builds of one package the last one of the list is the latest', async () => {
  await hub.ensureTags([{ name: 'latest' }])
  const [one, two, three] = [await build('p', '1'), await build('p', '2'), await build('p', '3')]
  expect(await hub.tag('latest', [three, two, two, one])).toHaveLength(4)
  expect((await hub.tagged('latest', { latest: 1 })).map(({ nvr }) => nvr)).toEqual([one])
  expect((await hub.tagged('latest')).map(({ nvr }) => nvr)).toEqual([one, two, three])
})

test('a move is one change: no event lies between the two tags', async () => {
  await hub.ensureTags([{ name: 'from' }, { name: 'to' }])
  const nvr = await build('moved')
  await hub.tag('from', [nvr])
  await hub.move('from', 'to', [nvr])
  const [taken] = (await hub.history('from', { limit: 10 })).filter(({ action }) => action === 'removed')
  const [put] = (await hub.history('to', { limit: 10 })).filter(({ subject }) => subject === 'build')
  expect(put?.id).toBe(taken?.id)
})

test('a package that is blocked in the tag itself, or in one above it, is in the list again', async () => {
  await hub.ensureTags([{ name: 'above' }, { name: 'below' }])
  await hub.setInheritance('below', ['above'])
  const nvrs = [await build('inherited'), await build('own'), await build('open')]
  await hub.tag('above', nvrs)
  const change = (work: (change: HubChange) => Promise<void>) =>
    inTransaction(database, 'block', async (tx) =>
      work(await HubChange.begin(tx, serviceCaller, systemClock.now())),
    )
  await change((one) => blockPackage(one, 'above', 'inherited'))
  await change((one) => blockPackage(one, 'below', 'own'))
  expect((await hub.tag('below', nvrs)).map(({ is }) => is)).toEqual(['done', 'done', 'done'])
  const below = await requireTag(database, 'below')
  const entries = [...(await packagesOf(database, below.id, { inherit: true })).values()]
  expect(
    Object.fromEntries(entries.map(({ name, blocked, tagId }) => [name, [blocked, tagId === below.id]])),
  ).toEqual({ inherited: [false, true], own: [false, true], open: [false, false] })
})
