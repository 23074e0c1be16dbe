import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { watched } from '../crash-points.ts'
import { bytesOf, sha256Of } from './contract.testing.ts'
import { Artifacts, FolderStore, MemoryStore, verifyArtifacts } from './index.ts'
import { graceMs, openArtifactWorld, type ArtifactWorld } from './world.testing.ts'

let world: ArtifactWorld
let artifacts: Artifacts
beforeAll(async () => {
  world = await openArtifactWorld()
  artifacts = world.artifacts
})
afterAll(() => world.close())

const rowOf = async (sha256: string) => {
  const { rows } = await sql<{ size: number; claimed_at: Date }>`
    select size, claimed_at from artifacts where sha256 = ${sha256}`.execute(world.database)
  return rows[0]
}
const unfinished = () => readdir(path.join(world.folder, 'tmp'))
const spoil = async (sha256: string, text: string) => {
  const file = await world.parts.store.path(sha256)
  await rm(file)
  await writeFile(file, text)
}

describe('a put', () => {
  test('keeps the content once, however often it is put, and each time claims it anew', async () => {
    const first = await artifacts.put(bytesOf('twice', ' put'))
    expect(first).toEqual({ sha256: sha256Of('twice put'), size: 9 })
    const file = await artifacts.path(first.sha256)
    const { ino } = await stat(file)
    world.parts.clock.advance(1000)
    const puts = await Promise.all(Array.from({ length: 8 }, () => artifacts.putText('twice put')))
    for (const put of puts) expect(put).toEqual(first)
    expect((await stat(file)).ino).toBe(ino)
    expect(await rowOf(first.sha256)).toEqual({ size: 9, claimed_at: world.parts.clock.now() })
    expect(await unfinished()).toEqual([])
  })

  test('of a source that fails leaves no row and no file', async () => {
    const failing = async function* () {
      yield* bytesOf('half')
      throw new Error('the line is dead')
    }
    await expect(artifacts.put(failing())).rejects.toThrow('the line is dead')
    expect(await rowOf(sha256Of('half'))).toBeUndefined()
    expect(await world.parts.store.has(sha256Of('half'))).toBeUndefined()
    expect(await unfinished()).toEqual([])
  })

  test('of something else than expected is refused, naming both', async () => {
    const [actual, other] = [sha256Of('something'), sha256Of('else')]
    const file = path.join(world.scratch, 'something')
    await writeFile(file, 'something')
    const refusals = [
      [{ size: 4 }, 'the content has 9 bytes, 4 were expected'],
      [{ sha256: other }, `the content has the SHA-256 ${actual}, ${other} was expected`],
    ] as const
    for (const [expected, message] of refusals)
      await expect(artifacts.putFile(file, expected)).rejects.toMatchObject({
        name: 'UserError',
        status: 422,
        message,
      })
    expect(await rowOf(actual)).toBeUndefined()
    expect(await unfinished()).toEqual([])
    expect(await artifacts.putFile(file, { size: 9, sha256: actual })).toMatchObject({ size: 9 })
  })

  test('of a file keeps it as it was', async () => {
    const file = path.join(world.scratch, 'package.rpm')
    await writeFile(file, 'a package')
    const { sha256 } = await artifacts.putFile(file)
    await writeFile(file, 'changed')
    expect(await artifacts.readText(sha256, 100)).toBe('a package')
    await expect(artifacts.putFile(file, { sha256 })).rejects.toThrow(`${sha256} was expected`)
  })

  test.each(['before', 'after'] as const)(
    'that died %s its write is made whole by the next one',
    async (side) => {
      const text = `a death ${side}`
      const dies = (boundary: string, name: string, at: string) => {
        if (boundary === 'artifact' && name === 'write' && at === side) throw new Error('killed')
      }
      await expect(watched(dies, () => artifacts.putText(text))).rejects.toThrow('killed')
      expect(await rowOf(sha256Of(text))).toBeUndefined()
      expect((await world.parts.store.has(sha256Of(text))) !== undefined).toBe(side === 'after')
      await artifacts.putText(text)
      expect(await artifacts.readText(sha256Of(text), 100)).toBe(text)
    },
  )

  test('sets right what is there with another size', async () => {
    const { sha256 } = await artifacts.putText('cut off')
    await spoil(sha256, 'cut')
    await artifacts.putText('cut off')
    expect(await artifacts.readText(sha256, 100)).toBe('cut off')
  })

  test('whose write took most of the grace has the whole grace behind it', async () => {
    const slow = new MemoryStore()
    const write = slow.write.bind(slow)
    slow.write = async (sha256, file) => {
      world.parts.clock.advance(graceMs - 1)
      await write(sha256, file)
    }
    const parts = { ...world.parts, store: slow, diskFreeBytesMin: 0 }
    const { sha256 } = await new Artifacts(parts).putText('slowly')
    expect((await rowOf(sha256))?.claimed_at).toEqual(world.parts.clock.now())
  })

  test('waits for space on the disk, before anything is written', async () => {
    const full = new FolderStore(world.folder)
    full.freeBytes = () => Promise.resolve(5.5 * 1024 * 1024)
    const careful = new Artifacts({ ...world.parts, store: full, diskFreeBytesMin: 10 * 1024 * 1024 })
    const error = {
      name: 'InfraError',
      service: 'artifact store',
      message: expect.stringContaining('5 MB are free, 10 MB are wanted; free space') as string,
    }
    let asked = false
    const source = async function* () {
      asked = true
      yield* bytesOf('x')
    }
    await expect(careful.put(source())).rejects.toMatchObject(error)
    await expect(careful.putFile('/etc/hostname')).rejects.toMatchObject(error)
    await expect(careful.putText('no space for it')).rejects.toMatchObject(error)
    expect(asked).toBe(false)
    full.freeBytes = () => Promise.resolve(10 * 1024 * 1024)
    expect(await careful.putText('just enough')).toMatchObject({ size: 11 })
  })
})

describe('an artifact', () => {
  test('is linked, not copied', async () => {
    const { sha256 } = await artifacts.putText('linked')
    const target = path.join(world.scratch, 'target')
    await artifacts.link(sha256, target)
    expect((await stat(target)).ino).toBe((await stat(await artifacts.path(sha256))).ino)
    await expect(artifacts.link(sha256, target)).rejects.toThrow('EEXIST')
  })

  test('is copied to another file system', async ({ skip }) => {
    const elsewhere = await mkdtemp('/dev/shm/mbs-test-artifacts-').catch(() => undefined)
    skip(elsewhere === undefined, 'there is no other file system')
    if (elsewhere === undefined) return
    try {
      const { sha256 } = await artifacts.putText('copied')
      expect((await stat(elsewhere)).dev).not.toBe((await stat(world.folder)).dev)
      const target = path.join(elsewhere, 'target')
      await artifacts.link(sha256, target)
      expect(await readFile(target, 'utf8')).toBe('copied')
      await expect(artifacts.link(sha256, target)).rejects.toThrow('EEXIST')
      expect(await readFile(target, 'utf8')).toBe('copied')
    } finally {
      await rm(elsewhere, { recursive: true })
    }
  })

  test('that has another size is not linked', async () => {
    const { sha256 } = await artifacts.putText('long text')
    await spoil(sha256, 'long')
    const target = path.join(world.scratch, 'never')
    await expect(artifacts.link(sha256, target)).rejects.toThrow(/has 4 bytes in .*, expected 9/)
    await expect(stat(target)).rejects.toThrow('ENOENT')
  })

  test('that is spoilt is found when it is read, before the last of it', async () => {
    const text = 'a'.repeat(200_000)
    const { sha256 } = await artifacts.putText(text)
    await spoil(sha256, `${text.slice(1)}b`)
    let size = 0
    const read = async () => {
      for await (const chunk of await artifacts.open(sha256)) size += (chunk as Buffer).length
    }
    const error = {
      name: 'InfraError',
      message: expect.stringContaining(`the content of ${sha256} is damaged`) as string,
    }
    await expect(read()).rejects.toMatchObject(error)
    expect(size).toBeLessThan(text.length)
    await expect(artifacts.readText(sha256, 1_000_000)).rejects.toMatchObject(error)
  })

  test('is read whole, and closed early without a trace', async () => {
    const text = 'b'.repeat(300_000)
    const { sha256 } = await artifacts.putText(text)
    const chunks = (await (await artifacts.open(sha256)).toArray()) as Buffer[]
    expect(Buffer.concat(chunks).toString()).toBe(text)
    const closed = await artifacts.open(sha256)
    closed.destroy()
    for await (const _ of await artifacts.open(sha256)) break
    // Node closes files in the background.
    await expect
      .poll(async () => (await openFiles()).filter((file) => file.startsWith(world.folder)))
      .toEqual([])
  })

  test('that is missing is told at once', async () => {
    const { sha256 } = await artifacts.putText('goes')
    await world.parts.store.remove(sha256)
    const missing = `the content of ${sha256} is missing`
    await expect(artifacts.open(sha256)).rejects.toThrow(missing)
    await expect(artifacts.readText(sha256, 100)).rejects.toThrow(missing)
    await expect(artifacts.path(sha256)).rejects.toThrow(missing)
    await expect(artifacts.link(sha256, path.join(world.scratch, 'never'))).rejects.toThrow(missing)
  })

  test('is read as text up to a limit', async () => {
    const { sha256 } = await artifacts.putText('grüße')
    expect(await artifacts.readText(sha256, 7)).toBe('grüße')
    await expect(artifacts.readText(sha256, 6)).rejects.toMatchObject({ name: 'UserError', status: 422 })
  })
})

describe('a check of all artifacts', () => {
  test('finds what is missing or wrong, page by page', async () => {
    await sql`truncate artifacts cascade`.execute(world.database)
    const texts = Array.from({ length: 7 }, (_, index) => `text ${index}`)
    const digests = (await Promise.all(texts.map((text) => artifacts.putText(text))))
      .map(({ sha256 }) => sha256)
      .sort()
    const [missing = '', content = '', size = '', unreadable = ''] = digests
    await world.parts.store.remove(missing)
    await spoil(content, 'text x')
    await spoil(size, 'text')
    const store = new FolderStore(world.folder)
    const read = store.read.bind(store)
    store.read = (sha256) => {
      if (sha256 === unreadable) throw Object.assign(new Error('i/o error, read'), { code: 'EIO' })
      return read(sha256)
    }
    const check = async () => {
      const faults: [string, string][] = []
      let pages = 0
      for (let after: string | undefined = ''; after !== undefined; pages++) {
        const page = await verifyArtifacts({ ...world.parts, store }, { after, limit: 3 })
        faults.push(...page.faults.map(({ sha256, problem }): [string, string] => [sha256, problem]))
        after = page.next
      }
      return { faults, pages }
    }
    const all = [
      [missing, 'missing'],
      [content, 'content'],
      [size, 'size'],
      [unreadable, 'unreadable'],
    ]
    expect(await check()).toEqual({ faults: all, pages: 3 })
  })
})

/** Returns the files that this process has open. */
async function openFiles(): Promise<string[]> {
  const { readlink } = await import('node:fs/promises')
  const numbers = await readdir('/proc/self/fd')
  return Promise.all(numbers.map((number) => readlink(`/proc/self/fd/${number}`).catch(() => '')))
}
