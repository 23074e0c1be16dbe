import type { BuildEnd } from './invariants.ts'
import { noFaults } from './faults.ts'
import type { Plan, Run } from './simulate.ts'
import type { Simulator } from './simulator.ts'

/** What the walk has seen: every crash point of the life of a build, and what a death there has changed. */
export interface Walk {
  /** How often each crash point is reached in an undisturbed run. */
  points: ReadonlyMap<string, number>
  deaths: number
  differences: string[]
}

/** One build with everything in it: macros, two batches, two components side by side. */
const undisturbed: Plan = {
  seed: 7,
  processes: 1,
  modules: [{ name: 'm', components: { a: 0, b: 0, c: 10 } }],
  crowd: false,
  rates: noFaults,
  outages: [],
  losesJobs: false,
  // Deaths are faults: this plan is not a calm one.
  faultSeconds: 1,
}

/**
 * Kills the process at each crash point of a build's life in turn, as often as that is reached, starts it again, and
 * compares the end with that of a run that nothing disturbs.
 *
 * @param every only each Nth time that a point is reached, for a quick look; 1: all
 */
export async function walkCrashPoints(simulator: Simulator, every = 1): Promise<Walk> {
  const first = await simulator.run(undisturbed)
  if (first.violations.length > 0) throw new Error(`undisturbed: ${first.violations.join('; ')}`)
  const expected = comparable(first)
  const total = [...first.points.values()].reduce((sum, count) => sum + count, 0)
  const walk = { points: first.points, deaths: 0, differences: [] as string[] }
  for (let index = 1; index <= total; index += every) {
    const run = await simulator.run({ ...undisturbed, dieAtPoint: index })
    walk.deaths += run.deaths
    const place = `killed at point ${index} of ${total}`
    walk.differences.push(...run.violations.map((violation) => `${place}: ${violation}`))
    const actual = comparable(run)
    if (actual !== expected) walk.differences.push(`${place}: ended as ${actual}, undisturbed as ${expected}`)
  }
  return walk
}

/** The end without the numbers of rows, and without the order in which components built side by side were told of. */
function comparable({ end }: Run): string {
  return JSON.stringify(
    end.builds.map((build: BuildEnd) => ({ ...build, id: undefined, told: build.told.toSorted() })),
  )
}
