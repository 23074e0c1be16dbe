import { randomBytes } from 'node:crypto'
import { readStream } from '@mbs/modulemd'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createDatabase } from '../../test/support/database.ts'
import { sql } from 'kysely'
import { connect, inTransaction, type Database } from '../database/index.ts'
import type { ExpansionRules } from '../expansion/index.ts'
import { MemoryHub } from '../hub/memory-hub.testing.ts'
import { lockStream } from '../modulebuilds/index.ts'
import { importModule, importWithBuilds } from './import-module.ts'

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

const rules = {
  ...{ baseModules: ['platform'], streamSuffixes: [], defaultStreams: {} },
} as unknown as ExpansionRules

const document = (name: string, stream: string, mbs = 'koji_tag_arches: [x86_64]') => {
  const { stream: read, problems } = readStream(`document: modulemd
version: 2
data:
  name: ${name}
  stream: "${stream}"
  version: 1
  context: c
  summary: s
  description: d
  license: {module: [MIT]}
  xmd: {mbs: {buildrequires: {}, commit: abc, mse: TRUE, ${mbs}}}
`)
  if (read === undefined) throw new Error(JSON.stringify(problems))
  return read
}

async function bringId(name: string, stream = '1', builds: readonly string[] = []): Promise<number> {
  const news = { moduleBuild: () => Promise.resolve(), components: () => Promise.resolve() }
  const from = { scmurl: null, builds }
  const parts = { database, hub, news }
  return (await importWithBuilds(parts, document(name, stream), rules, from, new Date())).id
}

async function bring(name: string, stream: string, builds: readonly string[]) {
  const id = await bringId(name, stream, builds)
  const { koji_tag: tag } = await database
    .selectFrom('module_builds' as never)
    .select('koji_tag' as never)
    .where('id' as never, '=', id as never)
    .executeTakeFirstOrThrow()
    .then((row) => row as { koji_tag: string })
  return tag
}

const tagged = async (tag: string) => (await hub.tagged(tag)).map(({ nvr }) => nvr).sort()
const built = (name: string) => hub.addBuild({ name, version: '1', release: '1', epoch: null })

test('two modules whose tags would be called the same, imported at once, have a tag each', async () => {
  const [a, b] = [await built('pear'), await built('plum')]
  const [first, second] = await Promise.all([bring('fruit-x', '1', [a]), bring('fruit', 'x-1', [b])])
  expect(new Set([first, second])).toEqual(new Set(['module-fruit-x-1-1-c', 'module-fruit-x-1-1-c+1']))
  expect([await tagged(first), await tagged(second)]).toEqual([[a], [b]])
})

test('an import whose builds are not there changes nothing', async () => {
  await expect(bring('tree', '1', [await built('oak'), 'elm-1-1'])).rejects.toThrow(
    'the hub has no complete builds elm-1-1; import them first (mbs hub import)',
  )
  expect([...(await hub.tags(['module-tree-1-1-c'])).keys()]).toEqual([])
})

test('an import that the hub refuses leaves a ready module as it was, and can be made again', async () => {
  const [a, b, c] = [await built('ant'), await built('bee'), await built('cat')]
  const tag = await bring('animal', '1', [a])
  const really = hub.tag.bind(hub)
  hub.tag = async (name, nvrs) => {
    const outcomes = await really(name, nvrs.slice(0, 1))
    return [
      ...outcomes,
      ...nvrs.slice(1).map(() => ({ is: 'refused', reason: 'the tag is locked' }) as const),
    ]
  }
  await expect(bring('animal', '1', [b, c])).rejects.toThrow('the tag is locked')
  expect(await tagged(tag)).toEqual([a])
  await expect(bring('plant', '1', [b, c])).rejects.toThrow('the tag is locked')
  // An import without packages does not get the packages that the failed import left.
  await expect(bring('herb', '1', [b, c])).rejects.toThrow('the tag is locked')
  expect(await bring('herb', '1', [])).toBeNull()
  hub.tag = really
  expect(await bring('plant', '1', [b, c])).toBe('module-plant-1-1-c')
})

test('of two who import one module at once, nobody is told that it is done who was not heard', async () => {
  const [a, b] = [await built('fig'), await built('fir')]
  const ends = await Promise.allSettled([bring('wood', '1', [a]), bring('wood', '1', [b])])
  const done = ends.flatMap((end, index) => (end.status === 'fulfilled' ? [[end.value, [a, b][index]]] : []))
  expect(done.length).toBeGreaterThan(0)
  for (const [tag = '', nvr] of done) expect(await tagged(tag)).toContain(nvr)
})

const rowOf = (name: string, owner: string, state: string) =>
  inTransaction(database, 'row', async (tx) => {
    const { rows } = await sql<{ id: number }>`
      insert into module_builds (name, stream, version, context, owner, state, time_submitted, time_modified)
      values (${name}, '1', 1, 'c', ${owner}, ${state}, now(), now()) returning id`.execute(tx)
    return rows[0]?.id ?? 0
  })

test('an import finds the living build of its name, not one that is garbage', async () => {
  // It was published, then rebuilt here, and is published again.
  await rowOf('bird', 'mbs_import', 'garbage')
  const own = await rowOf('bird', 'ada', 'ready')
  await expect(bring('bird', '1', [])).rejects.toThrow(
    `bird:1:1:c was built here (module build ${own}); it cannot be replaced`,
  )
  // Its build failed here, then it was imported.
  await rowOf('fish', 'ada', 'garbage')
  const first = await bringId('fish')
  expect(await bringId('fish')).toBe(first)
})

test('an import waits for a submission of its stream', async () => {
  const order: string[] = []
  const held = Promise.withResolvers<undefined>()
  const locked = Promise.withResolvers<undefined>()
  const submission = inTransaction(database, 'submission', async (tx) => {
    await lockStream(tx, 'moss', '1')
    locked.resolve(undefined)
    await held.promise
    order.push('submission')
  })
  await locked.promise
  const imported = bringId('moss').then(() => order.push('import'))
  await expect.poll(waitsForLock).toBe(true)
  held.resolve(undefined)
  await Promise.all([submission, imported])
  expect(order).toEqual(['submission', 'import'])
})

async function waitsForLock(): Promise<boolean> {
  const { rows } = await sql`
    select from pg_locks l join pg_database d on d.oid = l.database
     where d.datname = current_database() and l.locktype = 'advisory' and not l.granted`.execute(database)
  return rows.length > 0
}

test.each([
  ['long', 256, (text: string) => `koji_tag: ${text}`, 'The koji_tag can have at most 256 characters'],
  ['marked', 100, (text: string) => `disttag_marking: ${text}`, 'can have at most 100 characters'],
  ['platform', 200, (text: string) => `virtual_streams: [${text}]`, 'each of at most 200 characters'],
])('an import of %s with a text of more than %i characters is refused', async (name, most, mbs, sentence) => {
  const news = { moduleBuild: () => Promise.resolve(), components: () => Promise.resolve() }
  // No text that PostgreSQL could compress into an entry of an index.
  const text = (length: number) => randomBytes(length).toString('hex').slice(0, length)
  const bringLong = (length: number) =>
    inTransaction(database, 'import', (tx) =>
      importModule(
        tx,
        news,
        document(name, '1', mbs(`x${text(length - 1)}`)),
        rules,
        { scmurl: null },
        new Date(),
      ),
    )
  await expect(bringLong(most + 1)).rejects.toThrow(sentence)
  await expect(bringLong(most)).resolves.toMatchObject({ messages: [`Module ${name}:1:1:c imported`] })
})
