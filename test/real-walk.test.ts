import { expect, test } from 'vitest'
import { walkForReal } from '../scripts/soak/real-walk.ts'

/** One point each of a service, a hub and a runner. All points: `npm run soak -- --real-walk`. */
const only = ['rename status.json before', 'hub recordOwnBuild before', 'artifact write after']

test(
  'a service or a runner that dies at a crash point changes nothing about a real build',
  { timeout: 600_000 },
  async () => {
    const report = await walkForReal({ only }, () => undefined)
    expect(report).toEqual({
      points: expect.toSatisfy(
        (points: string[]) => points.toSorted().join() === only.toSorted().join(),
      ) as string[],
      killed: { service: 2, runner: 1, nobody: [] },
      differences: [],
      doubled: [],
      left: [],
    })
  },
)
