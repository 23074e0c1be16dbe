import { expect, test } from 'vitest'
import { chunksOf } from './chunks.ts'

test('many files go into several command lines, in order, none twice and none too long', () => {
  const files = Array.from({ length: 3000 }, (_, index) => `/${'é'.repeat(40)}/${index}.rpm`)
  const chunks = chunksOf(files)
  expect(chunks.flat()).toEqual(files)
  expect(chunks.length).toBeGreaterThan(1)
  for (const chunk of chunks) expect(Buffer.byteLength(chunk.join(' '))).toBeLessThanOrEqual(100_000)
  expect(chunksOf([])).toEqual([])
})
