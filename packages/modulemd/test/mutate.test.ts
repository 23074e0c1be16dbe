import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { faultOf, mutate, randomOf } from './mutate.ts'

const seeds = ['stream', 'stream-v1', 'packager-v2', 'packager-v3', 'beside-streams', 'clean'].map((name) =>
  readFileSync(new URL(`../fixtures/${name}.yaml`, import.meta.url), 'utf8'),
)

// `npm run fuzz` does the same with a million texts.
test('3,000 mutated documents are read, written and looked at without a fault', () => {
  const faults: string[] = []
  for (let seed = 0; seed < 3000; seed++) {
    const random = randomOf(seed)
    const fault = faultOf(mutate(seeds[seed % seeds.length] ?? '', random))
    if (fault !== undefined) faults.push(`seed ${seed}: ${fault}`)
  }
  expect(faults).toEqual([])
})
