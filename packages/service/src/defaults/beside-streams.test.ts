import { expect, test } from 'vitest'
import { UserError } from '../errors.ts'
import { besideStreams } from './beside-streams.ts'

const defaults = (module: string, stream: string, modified = 1) =>
  `document: modulemd-defaults\nversion: 1\ndata: {module: ${module}, stream: "${stream}", modified: ${modified}}\n`
const obsoletes =
  'document: modulemd-obsoletes\nversion: 1\ndata: {modified: 2024-01-02T03:04Z, module: a, stream: "1", message: old}\n'
const files = (...texts: string[]) => texts.map((text, i) => ({ file: `${i}.yaml`, text }))

test('what is said of the modules at hand, of several files the newest', () => {
  const documents = besideStreams(
    files(defaults('a', '1'), defaults('b', '1'), defaults('a', '2', 2), obsoletes),
    (module) => module === 'a',
  )
  expect(documents).toMatchObject([
    { kind: 'modulemd-defaults', module: 'a', stream: '2' },
    { kind: 'modulemd-obsoletes', module: 'a', stream: '1' },
  ])
})

test.for([
  ['a file that is not good', files(defaults('a', '1'), 'x: y\n'), '1.yaml of the module defaults: line 1'],
  ['a contradiction', files(defaults('a', '1'), defaults('a', '2')), 'contradict each other'],
] as const)('%s is an error, not a module without defaults', ([, all, message]) => {
  expect(() => besideStreams(all, (module) => module === 'b')).toThrow(UserError)
  expect(() => besideStreams(all, (module) => module === 'b')).toThrow(message)
})
