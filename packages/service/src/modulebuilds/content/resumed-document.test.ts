import { readModulemd } from '@mbs/modulemd'
import { expect, test } from 'vitest'
import { resumedDocument } from './resumed-document.ts'

const document = (ref: string, mbs: string) => `document: modulemd
version: 2
data:
  name: m
  stream: s
  version: 1
  context: c
  summary: ${ref}
  description: d
  license: {module: [MIT]}
  xmd:
    mbs:
      buildrequires: {dep: {stream: s, ref: ${ref}}}
      rpms: {a: {ref: ${ref}}, b: {ref: ${ref}}}
${mbs}`

const mbsIn = (text: string) => {
  const [stream] = readModulemd(text).documents
  const xmd = stream?.kind === 'modulemd' && stream.xmd instanceof Map ? stream.xmd : new Map()
  return Object.fromEntries(xmd.get('mbs') as Map<string, unknown>)
}

test('what is built keeps its streams and its refs, everything else is of the new submission', () => {
  const text = resumedDocument(
    document('new', '      ursine_rpms: [x-0:1-1.noarch]\n'),
    document('old', ''),
    new Map([['a', 'old']]),
  )
  expect(text).toContain('summary: new')
  expect(mbsIn(text)).toEqual({
    buildrequires: new Map([
      [
        'dep',
        new Map([
          ['stream', 's'],
          ['ref', 'old'],
        ]),
      ],
    ]),
    rpms: new Map([
      ['a', new Map([['ref', 'old']])],
      ['b', new Map([['ref', 'new']])],
    ]),
  })
})
