import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { attemptFiles } from './attempt.ts'
import { LocalBuilder, type LocalBuilderParts } from './local-builder.ts'

test('an attempt that cannot be looked at, or has left nonsense, keeps nobody from being looked at', async () => {
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'mbs-test-observe-'))
  const parts = { dataDir, concurrentBuildsMax: 1, diskFreeMegabytesMin: 0 }
  const builder = new LocalBuilder(parts as LocalBuilderParts)
  const result = (id: number) => attemptFiles(path.join(dataDir, 'attempts', String(id))).result
  await mkdir(result(1), { recursive: true })
  for (const [id, text] of [
    [2, '{"state":"failed","reason":"it does not compile"}'],
    [3, '{'],
  ] as const) {
    await mkdir(path.dirname(result(id)), { recursive: true })
    await writeFile(result(id), text)
  }
  // Attempt 4 is queued. Attempt 5 runs; its mark is damaged, and the record of its process cannot be read.
  const attempts = path.join(dataDir, 'attempts')
  for (const name of ['queued', 'running', '4', '5'])
    await mkdir(path.join(attempts, name), { recursive: true })
  await writeFile(path.join(attempts, 'queued', '4'), '{"owner":"ada","module":"m","seconds":null}')
  await writeFile(path.join(attempts, 'running', '5'), '{')
  await mkdir(attemptFiles(path.join(attempts, '5')).process)
  const statuses = await builder.observe([1, 2, 3, 4, 5])
  expect(statuses.get(4)).toMatchObject({
    state: 'open',
    sentence: 'a free builder (place 1 of 1 in the queue)',
  })
  expect(statuses.get(5)).toMatchObject({ state: 'unseen' })
  expect(statuses.get(1)).toMatchObject({ state: 'unseen', error: { code: 'EISDIR' } })
  expect(statuses.get(2)).toEqual({ state: 'failed', reason: 'it does not compile' })
  expect(statuses.get(3)).toEqual({ state: 'lost', reason: 'its results cannot be read' })
  await rm(dataDir, { recursive: true })
})
