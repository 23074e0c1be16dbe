import { mkdtempSync, rmSync, unlinkSync } from 'node:fs'
import { open } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { namelessFiles } from './nameless-files.ts'

const folder = mkdtempSync(path.join(os.tmpdir(), 'mbs-test-nameless-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('a file that is deleted while it is open counts once, whoever has it open, and not when it is closed', async () => {
  const handle = await open(path.join(folder, 'file'), 'w')
  await handle.writeFile(Buffer.alloc(3_000_000, 1))
  await handle.sync()
  const { dev, ino } = await handle.stat()
  const found = async () =>
    (await namelessFiles(['/proc/self', '/proc/thread-self']))?.filter(
      (file) => file.device === dev && file.inode === ino,
    )
  expect(await found()).toEqual([])
  const again = await open(path.join(folder, 'file'))
  unlinkSync(path.join(folder, 'file'))
  const files = await found()
  expect(files).toHaveLength(1)
  expect(files?.[0]?.bytes).toBeGreaterThanOrEqual(3_000_000)
  await handle.close()
  expect(await found()).toHaveLength(1)
  await again.close()
  expect(await found()).toEqual([])
})

test('more open files than can be looked at are not looked at', async () => {
  expect(await namelessFiles(['/proc/self'], 3)).toBeUndefined()
})
