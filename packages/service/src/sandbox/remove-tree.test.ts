import { chmod, lstat, mkdir, mkdtemp, symlink, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { removeTree } from './remove-tree.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'mbs-test-remove-'))
})
afterAll(() => removeTree(folder))

const isThere = (file: string) =>
  lstat(file).then(
    () => true,
    () => false,
  )

test('folders that nobody may enter go with what is in them, and what links name stays', async () => {
  const [tree, other] = [path.join(folder, 'tree'), path.join(folder, 'other')]
  await mkdir(path.join(tree, 'closed/deep'), { recursive: true })
  await mkdir(other)
  await writeFile(path.join(other, 'kept'), '')
  await symlink(other, path.join(tree, 'closed/link'))
  await chmod(path.join(tree, 'closed/deep'), 0)
  await chmod(path.join(tree, 'closed'), 0)
  await removeTree(tree)
  expect(await isThere(tree)).toBe(false)
  await symlink(other, tree)
  await removeTree(tree)
  expect([await isThere(tree), await isThere(path.join(other, 'kept'))]).toEqual([false, true])
})

test('an empty folder, or none, needs no program', async () => {
  vi.stubEnv('PATH', '/nonexistent')
  try {
    const empty = path.join(folder, 'empty')
    await mkdir(empty)
    await removeTree(empty)
    expect(await isThere(empty)).toBe(false)
    await removeTree(empty)
  } finally {
    vi.unstubAllEnvs()
  }
})
