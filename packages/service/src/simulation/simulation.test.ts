import { afterAll, beforeAll, expect, test } from 'vitest'
import { sharedCache } from '../../test/support/local.ts'
import { planOf, Simulator } from './index.ts'

let simulator: Simulator
beforeAll(async () => {
  simulator = await Simulator.open(sharedCache())
})
afterAll(() => simulator.close())

/** More at leisure: `npm run soak -- --seeds 20000`. */
const seeds = 50

test(`nothing is lost and nothing doubled in ${seeds} seeds of faults`, { timeout: 480_000 }, async () => {
  let deaths = 0
  let collected = 0
  let reused = 0
  for (let seed = 1; seed <= seeds; seed++) {
    const run = await simulator.run(planOf(seed))
    expect(run.violations, `seed ${seed}`).toEqual([])
    deaths += run.deaths
    reused += run.end.builds.flatMap(({ components }) => components.filter((one) => one.reused)).length
    collected += run.points.get('artifact remove after') ?? 0
  }
  expect(deaths).toBeGreaterThan(seeds / 2)
  expect(collected).toBeGreaterThan(seeds / 4)
  expect(reused).toBeGreaterThan(seeds / 10)
})

test('seeds replay step by step', async () => {
  const trace = async (seed: number) => {
    const lines: string[] = []
    await simulator.run({ ...planOf(seed), trace: (line) => void lines.push(line) })
    return lines
  }
  for (let seed = 1; seed <= 4; seed++) {
    const first = await trace(seed)
    expect(first.length).toBeGreaterThan(100)
    expect(await trace(seed), `seed ${seed}`).toEqual(first)
  }
})
