import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const page = readFileSync('docs/understand/trust.md', 'utf8')
const lines = page.split('\n').filter((line) => line.startsWith('- `packages/'))

test('every border names tests', () => {
  const borders = page.split('## The borders')[1]?.split('\n## ')[0]?.split(/^\*\*/m).slice(1) ?? []
  expect(borders.length).toBeGreaterThan(5)
  for (const border of borders) expect(border).toMatch(/^- `packages\//m)
})

test.each(lines)('there is what is named: %s', (line) => {
  const files = [...line.matchAll(/`(packages\/[^`]+)`/g)].map(([, file = '']) => readFileSync(file, 'utf8'))
  // A title is a text of the code, not of a comment.
  const code = files
    .join('\n')
    .split('\n')
    .filter((text) => !/^\s*(?:\/\/|\*)/.test(text))
  for (const [, title = ''] of line.matchAll(/"([^"]+)"/g))
    expect(code.some((text) => /['"`]/.test(text.split(title)[0] ?? '') && text.includes(title))).toBe(true)
})
