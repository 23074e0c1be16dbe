import { expect, test } from 'vitest'
import { isNumberLike } from './number-like.ts'

test.for([
  '1',
  '-1',
  '+1',
  '1.',
  '.5',
  '1.10',
  '017',
  '8.e2',
  '8.0e2',
  '1.5e+5',
  '0x1F',
  '-0x1f',
  '0o17',
  '.nan',
  '-.inf',
  '.e',
  '.1e2-3',
])('%s could be a number', (text) => {
  expect(isNumberLike(text)).toBe(true)
})

test.for([
  ...[
    '8e2',
    '1e3',
    '1.2.3',
    '1_000',
    '0b1',
    '0o9',
    '0x',
    '0o',
    '12:30',
    '2020-01-01',
    'nan',
    '.NaN',
    '+.nan',
  ],
  ...['true', 'yes', 'no', 'null', '~', '.', '-', '+', '-.', '--1', '1.5e+5+5', '1.5e5e5', '1-1', '٣'],
])('%s could not', (text) => {
  expect(isNumberLike(text)).toBe(false)
})
