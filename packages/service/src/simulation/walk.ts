import type { BuildEnd } from './invariants.ts'
import { noFaults } from './faults.ts'
import type { Plan, Run } from './simulate.ts'
import type { Simulator } from './simulator.ts'

/** The result of a walk: every crash point of a build's life, and the differences that a death there has made. */
export interface Walk {
  /** How often an undisturbed run reaches each crash point. */
  points: ReadonlyMap<string, number>
  deaths: number
  differences: string[]
}

/** One build with all parts: macros, two batches, two parallel components. */
const undisturbed: Plan = {
  seed: 7,
  processes: 1,
  modules: [{ name: 'm', components: { a: 0, b: 0, c: 10 } }],
  crowd: false,
  rates: noFaults,
  outages: [],
  losesJobs: false,
  // Deaths are faults, so this plan is not a calm one.
  faultSeconds: 1,
}

/**
 * Kills the process at each crash point of a build's life in turn, once for every time that an undisturbed run reaches
 * it. The walk then restarts the process, and compares the end with the end of the undisturbed run.
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

/** Returns the end without row numbers, and without the order of the messages about parallel components. */
function comparable({ end }: Run): string {
  return JSON.stringify(
    end.builds.map((build: BuildEnd) => ({ ...build, id: undefined, told: build.told.toSorted() })),
  )
}
