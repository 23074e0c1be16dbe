import { expect, test } from 'vitest'
import { nearestTo } from './suggest.ts'

const keys = ['name', 'stream', 'summary', 'buildrequires', 'requires', 'api']

test.for([
  ['nmae', 'name'],
  ['streams', 'stream'],
  ['sumary', 'summary'],
  ['Summary', 'summary'],
  ['buildrequirs', 'buildrequires'],
  ['apis', 'api'],
  ['ap', 'api'],
  ['xyz', undefined],
  ['x', undefined],
  ['', undefined],
  ['description', undefined],
] as const)('%j was probably meant to be %s', ([word, key]) => {
  expect(nearestTo(word, keys)).toBe(key)
})
