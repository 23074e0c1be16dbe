import { expect, test } from 'vitest'
import { forTerminal } from './terminal.ts'

test('a log can send only text and colours to a terminal', () => {
  const shown = (text: string) => forTerminal(Buffer.from(text)).toString()
  expect(shown('a\tb\r\n\x1b[1;31mred\x1b[0m é €')).toBe('a\tb\r\n\x1b[1;31mred\x1b[0m é €')
  expect(shown('\x1b]0;title\x07\x1b]52;c;eA==\x07')).toBe('^[]0;title^G^[]52;c;eA==^G')
  expect(shown('\x1b[2J\x1b[6n\x9b6n\x7f\0')).toBe('^[[2J^[[6n?6n^?^@')
})
