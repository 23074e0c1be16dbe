import { afterAll, beforeAll, expect, test } from 'vitest'
import { sharedCache } from '../../test/support/local.ts'
import { Simulator, walkCrashPoints } from './index.ts'

let simulator: Simulator
beforeAll(async () => {
  simulator = await Simulator.open(sharedCache())
})
afterAll(() => simulator.close())

test(
  'a death at each crash point of a build changes nothing about its end',
  { timeout: 480_000 },
  async () => {
    const { points, deaths, differences } = await walkCrashPoints(simulator)
    expect(differences).toEqual([])
    expect(deaths).toBe([...points.values()].reduce((sum, times) => sum + times, 0))
    for (const boundary of ['commit', 'git', 'builder', 'hub', 'bus', 'artifact'])
      expect([...points.keys()].filter((point) => point.startsWith(`${boundary} `))).not.toEqual([])
  },
)
