import { afterAll, beforeAll, expect, test } from 'vitest'
import { sharedCache } from '../../test/support/local.ts'
import { Simulator, walkCrashPoints } from './index.ts'

let simulator: Simulator
beforeAll(async () => {
  simulator = await Simulator.open(sharedCache())
})
afterAll(() => simulator.close())

/**
 * Does not divide the number of crash points per call, so that deaths fall on both sides of calls. The command
 * `npm run soak -- --walk` walks all points.
 */
const every = 13

test(
  `a death at each ${every}th crash point of a build changes nothing about its end`,
  { timeout: 240_000 },
  async () => {
    const { points, deaths, differences } = await walkCrashPoints(simulator, every)
    expect(differences).toEqual([])
    const reached = [...points.values()].reduce((sum, times) => sum + times, 0)
    expect(deaths).toBe(Math.ceil(reached / every))
    for (const boundary of ['commit', 'git', 'builder', 'hub', 'bus', 'artifact'])
      expect([...points.keys()].filter((point) => point.startsWith(`${boundary} `))).not.toEqual([])
  },
)
