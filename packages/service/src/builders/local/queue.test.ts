import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { execa } from 'execa'
import { beforeEach, expect, test } from 'vitest'
import { isRunning, markOf, type AttemptRequest } from './attempt.ts'
import { AttemptQueue } from './queue.ts'

let queue: AttemptQueue
beforeEach(async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'mbs-test-queue-'))
  // No attempt starts.
  queue = new AttemptQueue(folder, 0, 0)
  return () => rm(folder, { recursive: true })
})

const claim = { owner: 'ada', module: 'm', seconds: null }
const request = (name: string, commit: string, layers: string[] = []) =>
  ({
    package: name,
    source: { kind: 'dist-git', url: 'https://example.com/a', commit },
    release: { distTag: 'module+1+0a1b2c3d', isRequired: true },
    layers,
  }) as unknown as AttemptRequest

test('an attempt that has ended is not another one that has its number in a restored database', async () => {
  await queue.add(5, request('openssl', 'c1'), claim)
  const { result, results } = queue.files(5)
  await mkdir(results)
  await writeFile(path.join(results, 'openssl.rpm'), '')
  await writeFile(result, '{"state":"complete","rpms":["openssl.rpm"],"arch":"x86_64"}')
  // Its build root may be another one by now.
  await queue.add(5, request('openssl', 'c1', ['/layer']), claim)
  expect(await queue.look(5)).toMatchObject({ state: 'ended', result: { state: 'complete' } })
  await queue.add(5, request('openssl', 'c2'), claim)
  expect(await queue.look(5)).toMatchObject({ state: 'queued' })
  await queue.add(5, request('bash', 'c2'), claim)
  expect(await queue.look(5)).toMatchObject({ state: 'queued' })
  expect(existsSync(results)).toBe(false)
})

test('a runner that writes its mark while its attempt is stopped is killed', async () => {
  await queue.add(7, request('a', 'c1'), claim)
  const { process: mark, result } = queue.files(7)
  const runner = spawn('sleep', ['600'], { detached: true })
  // A reader of a pipe waits for a writer, so the test decides what each look at the mark finds.
  await execa('mkfifo', [mark])
  const stopped = queue.stop(7)
  await writeFile(mark, '')
  await expect.poll(() => existsSync(result)).toBe(true)
  const own = await markOf(runner.pid ?? 0)
  await writeFile(mark, JSON.stringify(own))
  await stopped
  expect(own !== undefined && (await isRunning(own))).toBe(false)
  expect(await queue.look(7)).toEqual({
    state: 'ended',
    result: { state: 'lost', reason: 'it was cancelled' },
  })
})

test('an end wakes the service, and its place is free while the runner still ends', async () => {
  const folder = path.dirname(path.dirname(queue.files(0).result))
  const own = new AttemptQueue(folder, 1, 0)
  let wakes = 0
  const leave = await own.watchEnds(() => wakes++)
  await own.add(1, request('a', 'c1'), claim)
  await own.add(2, request('b', 'c1'), claim)
  expect(await own.look(2)).toEqual({
    state: 'queued',
    reason: 'a free builder (place 1 of 1 in the queue)',
  })
  expect(wakes).toBe(0)
  await own.stop(1)
  await expect.poll(() => wakes).toBeGreaterThan(0)
  // Its mark says that it runs.
  await writeFile(path.join(folder, 'running', '1'), '')
  await writeFile(queue.files(1).process, JSON.stringify(await markOf(process.pid)))
  await own.startNext()
  expect((await own.look(2)).state).not.toBe('queued')
  await own.stop(2)
  await leave()
})
