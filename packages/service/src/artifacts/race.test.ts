import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTransaction } from '../database/index.ts'
import { isGoneArtifact } from '../errors.ts'
import { contentOf } from './content.ts'
import { sha256Of } from './contract.testing.ts'
import { collectArtifacts, type Content } from './index.ts'
import { graceMs, openArtifactWorld, type ArtifactWorld } from './world.testing.ts'

/** Number of rounds, unless the environment sets another one; each round takes some milliseconds. */
const rounds = Number(process.env['MBS_TEST_RACE_ROUNDS'] ?? 100)

let world: ArtifactWorld
beforeAll(async () => {
  world = await openArtifactWorld()
  await sql`create table papers (artifact text not null references artifacts)`.execute(world.database)
  await sql`create index on papers (artifact)`.execute(world.database)
})
afterAll(() => world.close())

const texts = Array.from({ length: 6 }, (_, index) => `text ${index}`)
const anyText = () => texts[Math.floor(Math.random() * texts.length)] ?? ''
const shortly = () => sleep(Math.random() * 3)
const refer = ({ sha256 }: Content) =>
  inTransaction(world.database, 'refer', (tx) => sql`insert into papers values (${sha256})`.execute(tx))

/** Refers to the content within the grace: this cannot fail, and from then on the file exists. */
async function putAndRefer(text: string): Promise<void> {
  await shortly()
  const content = await world.artifacts.putText(text)
  await shortly()
  await refer(content)
  expect(await world.parts.store.has(content.sha256), `${text} has just been referred to`).toBeDefined()
}

/** Refers to content that was put before the last grace. Returns whether the content was gone; then it is put again. */
async function referLate(content: Content): Promise<boolean> {
  // About the time of a collection, so that either may be first.
  await sleep(Math.random() * 30)
  try {
    await refer(content)
    return false
  } catch (error) {
    if (!isGoneArtifact(error)) throw error
    await putAndRefer(texts.find((text) => sha256Of(text) === content.sha256) ?? '')
    return true
  }
}

async function forgetSome(): Promise<void> {
  await shortly()
  await sql`delete from papers where artifact = ${sha256Of(anyText())}`.execute(world.database)
}

async function collectRepeatedly(): Promise<number> {
  let removed = 0
  for (let count = 0; count < 3; count++)
    removed += (await collectArtifacts(world.parts, { limit: 100 })).removed
  return removed
}

async function brokenReferences(): Promise<string[]> {
  const { rows } = await sql<{ artifact: string }>`select distinct artifact from papers`.execute(
    world.database,
  )
  const broken = []
  for (const { artifact } of rows) {
    const actual = await contentOf(world.parts.store.read(artifact)).catch(() => undefined)
    if (actual?.sha256 !== artifact) broken.push(artifact)
  }
  return broken
}

test(
  'whatever is put, referred to, forgotten and collected at once: what is referred to is there',
  { timeout: 300_000 },
  async () => {
    let late: Content[] = []
    const seen = { removed: 0, recovered: 0 }
    // Under load one side may always be first for a while. The test runs until both orders have happened, with a limit.
    const hasRaced = () => seen.removed > rounds / 5 && seen.recovered > 0
    for (let round = 0; round < rounds || (!hasRaced() && round < rounds * 5); round++) {
      // All unreferenced artifacts are old now; artifacts that are claimed from here on are not.
      world.parts.clock.advance(graceMs + 1)
      const [gone, removed] = await Promise.all([
        Promise.all(late.map(referLate)),
        Promise.all([collectRepeatedly(), collectRepeatedly()]),
        Promise.all(Array.from({ length: 6 }, () => putAndRefer(anyText()))),
        Promise.all([forgetSome(), forgetSome(), forgetSome()]),
      ])
      seen.recovered += gone.filter(Boolean).length
      seen.removed += removed.reduce((sum, count) => sum + count)
      expect(await brokenReferences(), `round ${round}`).toEqual([])
      await sql`delete from papers where artifact in (${sql.join([1, 2, 3].map(() => sha256Of(anyText())))})`.execute(
        world.database,
      )
      late = await Promise.all([anyText(), anyText()].map((text) => world.artifacts.putText(text)))
    }
    // Otherwise there was no race.
    expect(hasRaced(), JSON.stringify(seen)).toBe(true)
  },
)
