import { readStream } from '@mbs/modulemd'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createDatabase } from '../../test/support/database.ts'
import { connect, type Database } from '../database/index.ts'
import type { ExpansionRules } from '../expansion/index.ts'
import { MemoryHub } from '../hub/memory-hub.testing.ts'
import { importWithBuilds } from './import-module.ts'

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
  ...{ baseModules: ['platform'], streamSuffixes: {}, defaultStreams: {} },
} as unknown as ExpansionRules

const document = (name: string, stream: string) => {
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
  xmd: {mbs: {buildrequires: {}, commit: abc, mse: TRUE, koji_tag_arches: [x86_64]}}
`)
  if (read === undefined) throw new Error(JSON.stringify(problems))
  return read
}

async function bring(name: string, stream: string, builds: readonly string[]) {
  const now = new Date()
  const news = { moduleBuild: () => Promise.resolve(), component: () => Promise.resolve() }
  const from = { scmurl: null, builds }
  const { id } = await importWithBuilds({ database, hub, news }, document(name, stream), rules, from, now)
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
