import { expect, test } from 'vitest'
import { ModulemdError } from './modulemd-error.ts'
import type { Problem } from './problem.ts'

const missing: Problem = {
  code: 'missing',
  message: 'the key summary is missing',
  remedy: 'add summary',
  line: 4,
  column: 3,
  path: 'data.summary',
}
const unknown: Problem = {
  code: 'unknown-key',
  message: 'the key "nmae" is unknown',
  line: 5,
  column: 3,
  path: 'data.nmae',
  remedy: 'did you mean name?',
}
const checked: Problem = {
  code: 'value',
  message: 'the static context is empty',
  remedy: 'choose one',
  line: 0,
  column: 0,
  path: 'data.context',
}

test.for([
  [
    'one problem is the message',
    [missing],
    ['line 4, column 3: data.summary: the key summary is missing (add summary)'],
  ],
  [
    'of several the first line tells the first and the number of others',
    [missing, unknown],
    [
      'line 4, column 3: data.summary: the key summary is missing (add summary) (and 1 more problem)',
      'line 5, column 3: data.nmae: the key "nmae" is unknown (did you mean name?)',
    ],
  ],
  ['without a text there is no line', [checked], ['data.context: the static context is empty (choose one)']],
  ['and without a problem there is still a sentence', [], ['the modulemd is not usable']],
] as const)('%s', ([, problems, lines]) => {
  const error = new ModulemdError([...problems])
  expect(error.message).toBe(lines.join('\n'))
  expect(error.problems).toEqual(problems)
})
