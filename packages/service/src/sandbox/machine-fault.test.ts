import { mkdtemp, rmdir, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { asksForSpace, diskFault, installFault, machineFault, wasKilled } from './machine-fault.ts'

const result = { code: 1, stdout: '', stderr: '', timedOut: false, exceeded: null }

/** Only root can mount disks of its own. */
const disk = await mkdtemp(path.join(os.tmpdir(), 'mbs-test-disk-'))
const mounted = await execa('mount', ['-t', 'tmpfs', '-o', 'size=100m,nr_inodes=1000', 'tmpfs', disk], {
  reject: false,
})

describe.skipIf(mounted.exitCode !== 0)('on a small disk (needs root, to mount one)', () => {
  beforeAll(() => writeFile(path.join(disk, 'filler'), ''))
  afterAll(async () => {
    await execa('umount', [disk])
    await rmdir(disk)
  })

  test.each([
    ['a failure', 'error: it does not compile', false],
    [
      'a failure for want of space, after which the program removed its output',
      'No space left on device',
      true,
    ],
  ])('%s is that of the machine: %s', async (_, words, isFault) => {
    expect((await diskFault(disk, words)) !== undefined).toBe(isFault)
  })

  test('the words of rpm about space are believed of an installation, and of no other program', async () => {
    const stderr = 'installing package a needs 5MB on the / filesystem'
    expect((await installFault(disk, { ...result, stderr }))?.message).toMatch(/^this machine: the disk of/)
    expect(await machineFault(disk, { ...result, stderr })).toBeUndefined()
  })

  test('a failure is that of the machine when there is no space, or no room for another file', async () => {
    await writeFile(path.join(disk, 'filler'), Buffer.alloc(80 * 1024 * 1024))
    expect((await diskFault(disk, ''))?.message).toMatch(/^this machine: the disk of .* is full$/)
    await writeFile(path.join(disk, 'filler'), '')
    expect(await diskFault(disk, '')).toBeUndefined()
    for (let count = 0; count < 900; count++) await writeFile(path.join(disk, String(count)), '')
    expect(await diskFault(disk, '')).toBeDefined()
  })
})

test.each([
  ['words about space in a build log', '/usr/bin/ld: No space left on device', false],
  ['rpm before it writes', 'installing package a needs 500MB more space on the / filesystem', true],
  ['an older rpm', 'installing package a needs 500MB on the /usr filesystem', true],
  ['rpm about inodes', 'installing package a needs 20 inodes on the / filesystem', true],
  ['dnf', '   At least 3MB more space needed on the /boot filesystem.', true],
  [
    'rpm for a package without measure',
    'installing package a needs 9000000MB more space on the / filesystem',
    false,
  ],
  ['a scriptlet that speaks of rpm', 'it says: installing package a needs 5MB on the / filesystem', false],
  ['a scriptlet', 'error: %prein(a-1-1.noarch) scriptlet failed, exit status 1', false],
])('an installation that fails with the words of %s asks for space: %s', (_, words, asks) => {
  const gigabyte = 1024 ** 3
  expect(asksForSpace(words, { bytes: gigabyte, files: 1000 })).toBe(asks)
  // Where there is much space, only a scriptlet prints such a line.
  expect(asksForSpace(words, { bytes: 100 * gigabyte, files: 10_000_000 })).toBe(false)
})

test('any output is searched in a moment', () => {
  const free = { bytes: 0, files: 0 }
  const began = performance.now()
  for (const line of ['\n', ' ', 'installing package ', 'At least 1'])
    expect(asksForSpace(line.repeat((4 * 1024 * 1024) / line.length), free)).toBe(false)
  expect(performance.now() - began).toBeLessThan(5000)
})

test.each([
  [{ code: 137, timedOut: true }, true],
  [{ code: 137 }, true],
  [{ code: 137, exceeded: 'used more than 1 GB of memory' }, false],
  // It crashed; its input may have made it do so.
  [{ code: 139 }, false],
])('a program that ends with %j was killed by the machine: %s', (end, is) => {
  expect(wasKilled({ ...result, ...end })).toBe(is)
})

test('a build root that could not be mounted is a fault of the machine', async () => {
  const found = await machineFault(os.tmpdir(), { ...result, code: 125 })
  expect(found?.message).toBe('sandbox: a build root could not be mounted')
})
