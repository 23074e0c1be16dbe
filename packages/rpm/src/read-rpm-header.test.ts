import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { emptyPackage, rpmBytes } from '../test/header-bytes.ts'
import { readRpmHeader } from './read-rpm-header.ts'
import { parseRpmHeader } from './rpm-header.ts'
import { RpmReadError } from './rpm-read-error.ts'

describe('a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mbs-rpm-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  const write = (name: string, bytes: Buffer): string => {
    writeFileSync(join(folder, name), bytes)
    return join(folder, name)
  }
  const good = rpmBytes(emptyPackage)

  test('is read up to its payload', async () => {
    const file = write('good.rpm', Buffer.concat([good, Buffer.alloc(100_000, 0xff)]))
    expect(await readRpmHeader(file)).toEqual(parseRpmHeader(good))
  })

  test('that claims more than it has is refused before memory is taken', async () => {
    const bytes = Buffer.from(good)
    bytes.writeUInt32BE(0x0fffffff, 148)
    await expect(readRpmHeader(write('claims.rpm', bytes))).rejects.toThrow('the file has 265')
  })

  test.for([
    ['an absent file', 'absent.rpm', 'ENOENT'],
    ['a folder', '', 'not a regular file'],
    ['a pipe that nobody writes to', 'pipe', 'not a regular file'],
    ['an empty file', 'empty', 'the file has 0'],
    ['some text', 'text', 'not an RPM'],
  ] as const)('%s is refused by name', async ([, name, reason]) => {
    execFileSync('mkfifo', [join(folder, 'pipe')], { stdio: 'ignore' })
    write('empty', Buffer.alloc(0))
    write('text', Buffer.alloc(500, 'a'))
    const reading = readRpmHeader(join(folder, name))
    await expect(reading).rejects.toThrow(RpmReadError)
    await expect(reading).rejects.toThrow(`${join(folder, name)}: `)
    await expect(reading).rejects.toThrow(reason)
    execFileSync('rm', [join(folder, 'pipe')])
  })
})
