import { chmod, link, mkdir, mkdtemp, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { UserError } from '../../errors.ts'
import { copyPlainFile, digestOfPlainFile, packagesBelow } from './safe-files.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'mbs-test-files-'))
  await writeFile(path.join(folder, 'plain'), 'plain')
  await writeFile(path.join(folder, 'other'), 'other')
  await link(path.join(folder, 'other'), path.join(folder, 'second name'))
  await symlink('plain', path.join(folder, 'link'))
  await symlink('/dev/zero', path.join(folder, 'device'))
  await execa('mkfifo', [path.join(folder, 'pipe')])
  await mkdir(path.join(folder, 'folder'))
})
afterAll(() => rm(folder, { recursive: true }))

test.each(['link', 'device', 'pipe', 'folder', 'second name', 'nothing'])(
  'what a build has left under a name is not read where it is not a regular file: a %s',
  async (name) => {
    const file = path.join(folder, name)
    await expect(copyPlainFile(file, path.join(folder, 'copy'))).rejects.toThrow(
      `${name} is not a regular file`,
    )
    await expect(digestOfPlainFile(file)).rejects.toThrow(`${name} is not a regular file`)
  },
)

test('a large source is not read into memory for its digest', async () => {
  const large = path.join(folder, 'large')
  await writeFile(large, '')
  await truncate(large, 512 * 1024 * 1024)
  const before = process.memoryUsage().rss
  expect(await digestOfPlainFile(large)).toBe(
    '9acca8e8c22201155389f65abbf6bc9723edc7384ead80503839f49dcc56d767',
  )
  expect(process.memoryUsage().rss - before).toBeLessThan(256 * 1024 * 1024)
})

test('a plain file is copied', async () => {
  await copyPlainFile(path.join(folder, 'plain'), path.join(folder, 'copied'))
  expect(await readFile(path.join(folder, 'copied'), 'utf8')).toBe('plain')
})

test('a folder that a build has given a name that is no text fails it in a sentence', async () => {
  const odd = path.join(folder, 'odd')
  await mkdir(odd)
  await mkdir(Buffer.concat([Buffer.from(`${odd}/bad`), Buffer.from([0xff])]))
  await expect(packagesBelow(odd)).rejects.toThrow(UserError)
  await expect(packagesBelow(odd)).rejects.toThrow(
    'its build left the folder "bad\ufffd", which cannot be read (ENOENT)',
  )
})

test.skipIf(process.getuid?.() === 0)('a folder that nobody may read fails its build', async () => {
  const closed = path.join(folder, 'closed')
  await mkdir(path.join(closed, 'noarch'), { recursive: true, mode: 0o755 })
  await chmod(path.join(closed, 'noarch'), 0)
  await expect(packagesBelow(closed)).rejects.toThrow('"noarch", which cannot be read (EACCES)')
})

test('packages lie in a folder or in those of its arches', async () => {
  const built = path.join(folder, 'RPMS')
  await mkdir(path.join(built, 'noarch'), { recursive: true })
  for (const name of ['a.rpm', 'noarch/b.rpm', 'noarch/log']) await writeFile(path.join(built, name), '')
  expect((await packagesBelow(built)).sort()).toEqual([`${built}/a.rpm`, `${built}/noarch/b.rpm`])
})
