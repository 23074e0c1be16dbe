import { createHash } from 'node:crypto'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { emptyPackage, int32, rpmBytes, text } from '../test/header-bytes.ts'
import { contentMd5 } from './content-md5.ts'
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

  test('is identified by its bytes, and a different MD5 in its header is an error', async () => {
    const payload = Buffer.from('the payload')
    const [start] = parseRpmHeader(good).headerRange
    const content = Buffer.concat([good.subarray(start), payload])
    const md5 = createHash('md5').update(content).digest()
    const saying = (data: Buffer) => rpmBytes(emptyPackage, [{ tag: 1004, type: 7, count: 16, data }])
    const honest = write('honest.rpm', Buffer.concat([saying(md5), payload]))
    expect(await contentMd5(honest, await readRpmHeader(honest))).toBe(md5.toString('hex'))
    const silent = write('silent.rpm', Buffer.concat([good, payload]))
    expect(await contentMd5(silent, await readRpmHeader(silent))).toBe(md5.toString('hex'))
    const liar = write('liar.rpm', Buffer.concat([saying(Buffer.alloc(16)), payload]))
    await expect(contentMd5(liar, await readRpmHeader(liar))).rejects.toThrow(
      `liar.rpm: its content has the MD5 ${md5.toString('hex')}, its signature header says 0000`,
    )
  })

  test.for([
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

  test('is refused where it exceeds the limits of its reader, before memory is taken', async () => {
    const file = write('many.rpm', rpmBytes(emptyPackage))
    const limits = { bytesMax: 1_000_000, valuesMax: 1000, pathsMax: 1000, textMax: 100 }
    expect((await readRpmHeader(file, limits)).nevra).toBeDefined()
    await expect(readRpmHeader(file, { ...limits, bytesMax: 20 })).rejects.toThrow(
      /the main header has \d+ bytes; at most 20 are read$/,
    )
    await expect(readRpmHeader(file, { ...limits, valuesMax: 0 })).rejects.toThrow(
      /tag \d+ has 1 values; at most 0 are read$/,
    )
    const names = Array.from({ length: 8 }, (_, index) => String(index))
    const licensed = write('license.rpm', rpmBytes([...emptyPackage, text(1014, 'MIT'.repeat(100))]))
    await expect(readRpmHeader(licensed, limits)).rejects.toThrow(
      /tag 1014 has a text of 300 bytes; at most 100 are read$/,
    )
    // A directory that is in the header once is in the path of each file.
    const files = [
      text(1117, ...names),
      text(1118, `/${'d'.repeat(98)}/`),
      int32(1116, ...names.map(() => 0)),
    ]
    const small = write('paths.rpm', rpmBytes([...emptyPackage, ...files]))
    await expect(readRpmHeader(small, { ...limits, pathsMax: 800 })).rejects.toThrow(
      /the files' paths have 808 characters together; at most 800 are read$/,
    )
  })

  test('an error of the file system is no fault of a package', async () => {
    const absent = join(folder, 'absent.rpm')
    await expect(readRpmHeader(absent)).rejects.toMatchObject({ code: 'ENOENT', path: absent })
    const honest = write('honest.rpm', rpmBytes(emptyPackage))
    await expect(contentMd5(absent, await readRpmHeader(honest))).rejects.toMatchObject({ code: 'ENOENT' })
  })
})
