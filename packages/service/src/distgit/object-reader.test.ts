import { execFileSync } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ObjectReader } from './object-reader.ts'

let folder: string
let gitDir: string
let commit: string
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'mbs-objects-'))
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', folder, '-c', 'user.name=t', '-c', 'user.email=t@localhost', ...args], {
      encoding: 'utf8',
    })
  git('init', '--quiet')
  await writeFile(path.join(folder, 'small'), 'a\nb')
  await writeFile(path.join(folder, 'large'), 'x'.repeat(100_000))
  git('add', '--all')
  git('commit', '--quiet', '--message', 'test')
  commit = git('rev-parse', 'HEAD').trim()
  gitDir = path.join(folder, '.git')
})
afterAll(() => rm(folder, { recursive: true }))

/** Returns the ids of the gits that read objects of the test's repository. */
async function gits(): Promise<number[]> {
  const found: number[] = []
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
    if (line.includes(gitDir) && line.includes('cat-file')) found.push(Number(pid))
  }
  return found
}

const megabyte = 1024 * 1024

test('one git reads all objects that are asked for, and ends when it has been idle', async () => {
  const reader = new ObjectReader(gitDir, 60, 3000)
  const read = (name: string) => reader.read(name, megabyte, name)
  const all = await Promise.all([`${commit}:small`, `${commit}:large`, `${commit}^{commit}`].map(read))
  expect(all.map((one) => one?.type)).toEqual(['blob', 'blob', 'commit'])
  expect(all[0]?.content.toString()).toBe('a\nb')
  expect(all[1]?.content.length).toBe(100_000)
  expect(await gits()).toHaveLength(1)
  for (let looks = 0; looks < 100 && (await gits()).length > 0; looks++) await sleep(100)
  expect(await gits()).toEqual([])
  expect((await read(`${commit}:small`))?.type).toBe('blob')
  reader.close()
})

test('what the repository does not have is undefined, and no name is two requests', async () => {
  const reader = new ObjectReader(gitDir, 60, 60_000)
  const read = (name: string) => reader.read(name, megabyte, name)
  expect(await read(`${commit}:gone`)).toBeUndefined()
  expect(await read('0'.repeat(40))).toBeUndefined()
  expect(await read(`${commit}:small\n${commit}:large`)).toBeUndefined()
  expect(await read('')).toBeUndefined()
  expect((await read(`${commit}:small`))?.content.length).toBe(3)
  reader.close()
})

test('a large object is refused, and the next read is not disturbed', async () => {
  const reader = new ObjectReader(gitDir, 60, 60_000)
  await expect(reader.read(`${commit}:large`, 1000, 'large in x')).rejects.toThrow(
    'large in x is larger than',
  )
  expect((await reader.read(`${commit}:small`, 1000, 'small'))?.content.toString()).toBe('a\nb')
  reader.close()
})

test('a git that is killed fails its read, and the next one has another', async () => {
  const reader = new ObjectReader(gitDir, 60, 60_000)
  await reader.read(`${commit}:small`, megabyte, 'small')
  for (const pid of await gits()) process.kill(pid, 'SIGSTOP')
  const reading = reader.read(`${commit}:small`, megabyte, 'small')
  for (const pid of await gits()) process.kill(pid, 'SIGKILL')
  await expect(reading).rejects.toThrow('git ended while it read')
  expect((await reader.read(`${commit}:small`, megabyte, 'small'))?.type).toBe('blob')
  reader.close()
})

test('a git that does not answer is out of time', async () => {
  const reader = new ObjectReader(gitDir, 3, 60_000)
  await reader.read(`${commit}:small`, megabyte, 'small')
  for (const pid of await gits()) process.kill(pid, 'SIGSTOP')
  await expect(reader.read(`${commit}:small`, megabyte, 'small')).rejects.toThrow('git took longer than 3 s')
  expect((await reader.read(`${commit}:small`, megabyte, 'small'))?.type).toBe('blob')
  reader.close()
})
