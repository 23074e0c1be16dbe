import { describe, expect, test } from 'vitest'
import { parseModuleSpec } from './module-spec.ts'

describe('what users of dnf write', () => {
  test.for([
    ['perl', { name: 'perl' }, undefined],
    ['perl/', { name: 'perl' }, undefined],
    ['perl:5.26', { name: 'perl', stream: '5.26' }, undefined],
    ['perl:5.26/common', { name: 'perl', stream: '5.26' }, 'common'],
    ['perl:5.26:820', { name: 'perl', stream: '5.26', version: '820' }, undefined],
    ['n:s:1:c', { name: 'n', stream: 's', version: '1', context: 'c' }, undefined],
    ['n:s:1:c:a', { name: 'n', stream: 's', version: '1', context: 'c', arch: 'a' }, undefined],
    ['n:s:1:c::a/p', { name: 'n', stream: 's', version: '1', context: 'c', arch: 'a' }, 'p'],
    ['n:s:1::a', { name: 'n', stream: 's', version: '1', arch: 'a' }, undefined],
    ['n:s::a', { name: 'n', stream: 's', arch: 'a' }, undefined],
    ['n::a/p*', { name: 'n', arch: 'a' }, 'p*'],
    ['n?:[0-9]*:8*', { name: 'n?', stream: '[0-9]*', version: '8*' }, undefined],
  ] as const)('%s', ([text, pattern, profile]) => {
    expect(parseModuleSpec(text)).toEqual({ pattern, ...(profile === undefined ? {} : { profile }) })
  })

  test.for(['', 'perl:', 'n:s:c', 'n:s:1:c:a::a', 'n:s:1:c:a:b', 'a/b/c', 'a b', 'pé'])(
    '%j is none',
    (text) => {
      expect(() => parseModuleSpec(text)).toThrow(TypeError)
      expect(() => parseModuleSpec(text)).toThrow(JSON.stringify(text))
    },
  )
})
