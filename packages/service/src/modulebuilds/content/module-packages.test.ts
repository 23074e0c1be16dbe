import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { emptyPackage, rpmBytes } from '../../../../rpm/test/header-bytes.ts'
import type { Hub } from '../../hub/index.ts'
import { packagesInTag } from './module-packages.ts'

test('after a package that cannot be read no other is read, and no read goes on in the background', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'mbs-test-tag-'))
  const [good, bad] = ['good', 'bad'].map((name) => path.join(folder, `${name}.rpm`)) as [string, string]
  await writeFile(good, rpmBytes(emptyPackage))
  await writeFile(bad, Buffer.alloc(500, 'a'))
  let begun = 0
  let running = 0
  /** A hub with so many packages; the one with this index is bad. */
  const hubOf = (count: number, faulty?: number) =>
    ({
      tagged: () => Promise.resolve([{ nvr: 'a-1-1' }]),
      rpms: () => Promise.resolve(Array.from({ length: count }, (_, content) => ({ content }))),
      pathOf: async (content: number) => {
        begun++
        running++
        await sleep(content === faulty ? 1 : 20)
        running--
        return content === faulty ? bad : good
      },
    }) as unknown as Hub
  const all = await packagesInTag(hubOf(50), 'the tag')
  expect(all.map((one) => one.path)).toEqual(Array.from({ length: 50 }, () => good))
  begun = 0
  await expect(packagesInTag(hubOf(50, 3), 'the tag')).rejects.toThrow('cannot be read: this is not an RPM')
  expect(running).toBe(0)
  expect(begun).toBeLessThan(20)
  await rm(folder, { recursive: true })
})
