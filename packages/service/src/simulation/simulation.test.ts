import { spawnSync } from 'node:child_process'
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
/** Each commit draws others, so that seeds are run that nobody has run before; a commit's are the same everywhere. */
const first = seedOfCommit()

function seedOfCommit(): number {
  const { stdout } = spawnSync('git', ['rev-parse', 'HEAD'], { cwd: import.meta.dirname, encoding: 'utf8' })
  return /^[0-9a-f]{40}/.test(stdout) ? 1 + parseInt(stdout.slice(0, 7), 16) : 1
}

test(`nothing is lost and nothing doubled in ${seeds} seeds of faults`, { timeout: 480_000 }, async () => {
  console.log(`seeds ${first} to ${first + seeds - 1}: npm run soak -- --seeds ${seeds} --first ${first}`)
  let deaths = 0
  let collected = 0
  let reused = 0
  for (let seed = first; seed < first + seeds; seed++) {
    const run = await simulator.run(planOf(seed))
    expect(run.violations, `seed ${seed}`).toEqual([])
    deaths += run.deaths
    reused += run.end.builds.flatMap(({ components }) => components.filter((one) => one.reused)).length
    collected += run.points.get('artifact remove after') ?? 0
  }
  // So many of each that a few seeds are enough to see it; how many there are is chance.
  expect(deaths).toBeGreaterThan(0)
  expect(collected).toBeGreaterThan(0)
  expect(reused).toBeGreaterThan(0)
})

test.each([
  [210847405, 'a component that ends just before a cancel is built'],
  [977000033, 'what could not be surveyed fails, and nothing that may need it begins'],
  [977000631, 'what was given up while it was started, and was built all the same, is built'],
])('seed %i, which once went wrong, goes well: %s', async (seed) => {
  expect((await simulator.run(planOf(seed))).violations).toEqual([])
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
