import { readdir, utimes } from 'node:fs/promises'
import path from 'node:path'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { watched } from '../crash-points.ts'
import { inTransaction } from '../database/index.ts'
import { isGoneArtifact } from '../errors.ts'
import { bytesOf, sha256Of } from './contract.testing.ts'
import { collectArtifacts, MemoryStore, sweepArtifacts } from './index.ts'
import { graceMs, openArtifactWorld, type ArtifactWorld } from './world.testing.ts'

let world: ArtifactWorld
beforeEach(async () => {
  world = await openArtifactWorld()
  // The collector does not know these rooms; one has names that need quoting.
  await sql`create table papers (id serial primary key, artifact text not null references artifacts)`.execute(
    world.database,
  )
  await sql`create schema "other ""room"""`.execute(world.database)
  await sql`
    create table "other ""room"""."Some Logs" ("the ""log""" text,
      constraint artifact_fkey foreign key ("the ""log""") references artifacts)`.execute(world.database)
})
afterEach(() => world.close())

const collect = (limit = 1000) => collectArtifacts(world.parts, { limit })
const put = async (text: string) => (await world.artifacts.putText(text)).sha256
const refer = (sha256: string) =>
  inTransaction(world.database, 'refer', (tx) =>
    sql`insert into papers (artifact) values (${sha256})`.execute(tx),
  )
const log = (sha256: string) =>
  sql`insert into "other ""room"""."Some Logs" values (${sha256})`.execute(world.database)
const rows = async () => {
  const found = await sql<{ sha256: string }>`select sha256 from artifacts order by sha256`.execute(
    world.database,
  )
  return found.rows.map(({ sha256 }) => sha256)
}
const files = async () => {
  const digests = []
  for await (const { sha256 } of world.parts.store.list()) digests.push(sha256)
  return digests
}

describe('a collection', () => {
  test('removes what is old and unreferenced, and nothing else', async () => {
    const [paper, logged] = [await put('a paper'), await put('a log')]
    await refer(paper)
    await log(logged)
    await put('old')
    await put('old too')
    world.parts.clock.advance(graceMs + 1)
    const fresh = await put('new')
    expect(await collect()).toEqual({ removed: 2, bytes: 10 })
    const kept = [paper, logged, fresh].sort()
    expect(await rows()).toEqual(kept)
    expect(await files()).toEqual(kept)
    expect(await collect()).toEqual({ removed: 0, bytes: 0 })
  })

  test('leaves alone what is as old as the grace, and no older', async () => {
    await put('text')
    world.parts.clock.advance(graceMs)
    expect(await collect()).toMatchObject({ removed: 0 })
    world.parts.clock.advance(1)
    expect(await collect()).toMatchObject({ removed: 1 })
  })

  test('begins with the oldest, and ends at its limit', async () => {
    for (const text of ['first', 'second', 'third']) {
      await put(text)
      world.parts.clock.advance(1)
    }
    world.parts.clock.advance(graceMs)
    expect(await collect(2)).toMatchObject({ removed: 2 })
    expect(await rows()).toEqual([sha256Of('third')])
  })

  test('takes what was referred to once nobody does any more', async () => {
    const sha256 = await put('text')
    await refer(sha256)
    world.parts.clock.advance(graceMs + 1)
    expect(await collect()).toMatchObject({ removed: 0 })
    await sql`delete from papers`.execute(world.database)
    expect(await collect()).toMatchObject({ removed: 1 })
  })

  test('leaves alone what was claimed, referred to or is being referred to since it was chosen', async () => {
    const [claimed, referred, busy] = [await put('claimed'), await put('referred'), await put('busy')]
    world.parts.clock.advance(graceMs + 1)
    const holding = Promise.withResolvers<undefined>()
    const held = Promise.withResolvers<undefined>()
    const referring = inTransaction(world.database, 'refer', async (tx) => {
      await sql`insert into papers (artifact) values (${busy})`.execute(tx)
      holding.resolve(undefined)
      await held.promise
    })
    await holding.promise
    await put('chosen first')
    await sql`update artifacts set claimed_at = '2020-01-01' where sha256 = ${sha256Of('chosen first')}`.execute(
      world.database,
    )
    // While the collector removes the first one, rooms claim and refer to the others of the same batch.
    const meanwhile = async (boundary: string, name: string, side: string) => {
      if (`${boundary} ${name} ${side}` !== 'artifact remove before') return
      await put('claimed')
      await refer(referred)
    }
    expect(await watched(meanwhile, () => collect())).toMatchObject({ removed: 1 })
    held.resolve(undefined)
    await referring
    expect(await rows()).toEqual([claimed, referred, busy].sort())
    expect(await files()).toEqual([claimed, referred, busy].sort())
  })

  test('is refused by a foreign key that it did not know of', async () => {
    const sha256 = await put('text')
    await put('chosen first')
    await sql`update artifacts set claimed_at = '2020-01-01' where sha256 <> ${sha256}`.execute(
      world.database,
    )
    world.parts.clock.advance(graceMs + 1)
    const meanwhile = async (boundary: string, name: string, side: string) => {
      if (`${boundary} ${name} ${side}` !== 'commit retire artifact after') return
      await sql`create table if not exists late (artifact text references artifacts)`.execute(world.database)
      await sql`insert into late values (${sha256})`.execute(world.database)
    }
    expect(await watched(meanwhile, () => collect())).toMatchObject({ removed: 1 })
    expect(await files()).toEqual([sha256])
  })

  test.each(['before', 'after'])('that dies %s it removes a file is made good', async (side) => {
    const sha256 = await put('text')
    world.parts.clock.advance(graceMs + 1)
    const dies = (...point: string[]) => {
      if (point.join(' ') === `artifact remove ${side}`) throw new Error('killed')
    }
    await expect(watched(dies, () => collect())).rejects.toThrow('killed')
    // A room that put it before the grace is late: the file may be gone.
    expect(isGoneArtifact(await refer(sha256).catch((error: unknown) => error))).toBe(true)
    expect(await rows()).toEqual([])
    await put('text')
    expect(await world.artifacts.readText(sha256, 100)).toBe('text')
    // The collector does not resume the removal, because a room has claimed the artifact since.
    await collect()
    expect(await world.artifacts.readText(sha256, 100)).toBe('text')
    world.parts.clock.advance(graceMs + 1)
    await expect(watched(dies, () => collect())).rejects.toThrow('killed')
    await collect()
    expect([await rows(), await files()]).toEqual([[], []])
  })

  test('tells whoever refers to it too late, in the words of any room', async () => {
    const sha256 = await put('text')
    world.parts.clock.advance(graceMs + 1)
    await collect()
    const late: unknown = await refer(sha256).catch((error: unknown) => error)
    expect(isGoneArtifact(late)).toBe(true)
    expect(isGoneArtifact(await log(sha256).catch((error: unknown) => error))).toBe(true)
    await put('text')
    await refer(sha256)
  })

  test('tells nobody else', async () => {
    const other: unknown = await sql`
      insert into registered_tags (name, build_tag, module_build_id) values ('t', 'b', 4711)`
      .execute(world.database)
      .catch((error: unknown) => error)
    expect(other).toMatchObject({ code: '23503' })
    for (const error of [other, new Error('artifact_fkey'), undefined])
      expect(isGoneArtifact(error)).toBe(false)
  })

  test('is possible on any store', async () => {
    const { sha256, file } = await new MemoryStore().receive(bytesOf('text'))
    const store = new MemoryStore()
    store.contents.set(sha256, Buffer.from(file))
    await put('text')
    world.parts.clock.advance(graceMs + 1)
    await collectArtifacts({ ...world.parts, store }, { limit: 1 })
    expect(store.contents.size).toBe(0)
    expect(await sweepArtifacts({ ...world.parts, store })).toEqual({ adopted: 0 })
  })
})

describe('the keys of the rooms', () => {
  test('are called as isGoneArtifact wants it, and guard', async () => {
    const { rows: keys } = await sql<{ conname: string; definition: string }>`
      select conname, pg_get_constraintdef(oid) as definition from pg_constraint
      where contype = 'f' and confrelid = 'artifacts'::regclass`.execute(world.database)
    expect(keys.length).toBeGreaterThanOrEqual(2)
    for (const { conname, definition } of keys) {
      expect(conname).toMatch(/artifact_fkey$/)
      expect(definition).not.toMatch(/ON DELETE|DEFERRABLE/)
    }
  })
})

describe('a sweep', () => {
  const write = async (text: string, changedAt: Date) => {
    const { sha256, file } = await world.parts.store.receive(bytesOf(text))
    await utimes(file, changedAt, changedAt)
    await world.parts.store.write(sha256, file)
    return sha256
  }

  test('gives files without a row to the next collection, once they are old', async () => {
    const now = world.parts.clock.now()
    const old = new Date(now.getTime() - graceMs - 1)
    const [lost, young] = [await write('lost', old), await write('young', now)]
    const known = await put('known')
    expect(await sweepArtifacts(world.parts)).toEqual({ adopted: 1 })
    expect(await sweepArtifacts(world.parts)).toEqual({ adopted: 0 })
    expect(await rows()).toEqual([lost, known].sort())
    expect(await collect()).toEqual({ removed: 1, bytes: 4 })
    expect(await files()).toEqual([young, known].sort())
  })

  test('changes nothing about who claims such a file meanwhile', async () => {
    const lost = await write('lost', new Date('2020-01-01'))
    await put('lost')
    await sweepArtifacts(world.parts)
    expect(await collect()).toMatchObject({ removed: 0 })
    expect(await files()).toEqual([lost])
  })

  test('removes what the dead were receiving', async () => {
    const { file } = await world.parts.store.receive(bytesOf('half'))
    await utimes(file, new Date('2020-01-01'), new Date('2020-01-01'))
    await sweepArtifacts(world.parts)
    expect(await readdir(path.join(world.folder, 'tmp'))).toEqual([])
  })
})
