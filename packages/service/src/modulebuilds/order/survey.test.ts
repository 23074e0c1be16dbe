import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { emptyPackage, int32, rpmBytes, text } from '../../../../rpm/test/header-bytes.ts'
import { createDatabase } from '../../../test/support/database.ts'
import { connect, type Database } from '../../database/index.ts'
import type { Hub } from '../../hub/index.ts'
import { knownDependencies } from './survey.ts'

let folder: string
let database: Database
let end: () => Promise<void>
const contents = new Map<string, string[]>()

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'mbs-test-survey-'))
  const { url, drop } = await createDatabase()
  database = connect(url, { mayAlwaysWrite: true })
  end = async () => {
    await database.destroy()
    await drop()
    await rm(folder, { recursive: true })
  }
})
afterAll(() => end())

const hub = {
  rpms: ([nvr]: string[]) => Promise.resolve((contents.get(nvr ?? '') ?? []).map((content) => ({ content }))),
  pathOf: (content: string) => Promise.resolve(content),
} as unknown as Hub

/** Records a build of a component whose packages have these headers. */
async function built(module: string, name: string, ...headers: Buffer[]): Promise<void> {
  const { rows } = await sql<{ id: number }>`
    insert into module_builds (name, stream, state, owner, rebuild_strategy, time_submitted, time_modified)
      values (${module}, '1', 'ready', 'ada', 'all', now(), now()) returning id`.execute(database)
  const nvr = `${name}-1-${rows[0]?.id ?? 0}`
  await sql`
    insert into component_builds (module_build_id, package, scmurl, batch, state, nvr)
      values (${rows[0]?.id}, ${name}, '', 2, 'complete', ${nvr})`.execute(database)
  const files = headers.map((header, index) => ({ header, file: path.join(folder, `${nvr}-${index}`) }))
  for (const { header, file } of files) await writeFile(file, header)
  contents.set(
    nvr,
    files.map(({ file }) => file),
  )
}

const provides = (...names: string[]) => [
  text(1047, ...names),
  { ...int32(1112, ...names.map(() => 0)) },
  text(1113, ...names.map(() => '')),
]
const files = (folderOf: string, count: number) => [
  text(1117, ...Array.from({ length: count }, (_, index) => `f${index}`)),
  text(1118, folderOf),
  int32(1116, ...Array.from({ length: count }, () => 0)),
]
const nothing = { buildRequires: [], requires: [], provides: [] }
const providesOf = async (name: string) =>
  (await knownDependencies({ database, hub }, { name, module: 'own', platform: '', components: 1 }, nothing))
    .provides

test('the last build of a component in its own module is a hint, and no other build is', async () => {
  await built(
    'own',
    'perl',
    rpmBytes([...emptyPackage, ...provides('perl(Own)', 'perl'), ...files('/usr/bin/', 1)]),
  )
  await built('foreign', 'perl', rpmBytes([...emptyPackage, ...provides('perl(Foreign)', 'perl')]))
  expect(await providesOf('perl')).toEqual(['/usr/bin/f0', 'perl', 'perl(Own)'])
  expect(await providesOf('python')).toEqual([])
})

test('packages with too large headers together are no hint beyond the limit', async () => {
  const large = rpmBytes([...emptyPackage, ...files('/usr/share/', 100_000)])
  const wanted = rpmBytes([...emptyPackage, ...provides('late', 'later')])
  await built('own', 'texlive', ...Array.from({ length: 18 }, () => large), wanted)
  expect(await providesOf('texlive')).toEqual([])
})

test('names without end are no hint, and those of a spec fail its component', async () => {
  const long = Array.from({ length: 50_000 }, (_, index) => `name-${index}-${'x'.repeat(100)}`)
  await built('own', 'long', rpmBytes([...emptyPackage, ...provides(...long)]))
  expect(await providesOf('long')).toEqual([])
  await expect(
    knownDependencies(
      { database, hub },
      { name: 'long', module: 'own', platform: '', components: 1 },
      { ...nothing, provides: long },
    ),
  ).rejects.toThrow('long: its spec has too many dependencies')
})
