import { expect, test } from 'vitest'
import { applyOverrides } from './overrides.ts'

const block = (buildrequires: Record<string, string[]>, requires: Record<string, string[]>) => ({
  buildrequires: new Map(Object.entries(buildrequires)),
  requires: new Map(Object.entries(requires)),
})

test('every block that names a module gets the other streams', () => {
  const blocks = [
    block({ platform: ['f28'], gtk: ['1'] }, { platform: ['f28'] }),
    block({ platform: ['f29'] }, { platform: ['f29'], constructor: ['1'] }),
  ]
  expect(
    applyOverrides(blocks, { buildrequires: { platform: ['f30'] }, requires: { constructor: [] } }),
  ).toEqual([
    block({ platform: ['f30'], gtk: ['1'] }, { platform: ['f28'] }),
    block({ platform: ['f30'] }, { platform: ['f29'], constructor: [] }),
  ])
  expect(applyOverrides(blocks, {})).toEqual(blocks)
})

test('what no block requires is named', () => {
  const blocks = [block({ platform: ['f28'] }, { gtk: ['1'] })]
  expect(() => applyOverrides(blocks, { buildrequires: { gtk: ['2'], qt: [] } })).toThrow(
    "The buildrequire overrides for the following modules aren't applicable: gtk, qt",
  )
  expect(() => applyOverrides(blocks, { requires: { platform: [] } })).toThrow(
    /^The require overrides .*: platform$/,
  )
})
