import { describe, expect, test } from 'vitest'
import { NsvcError, nsvc, parseNsvc, parseNsvca } from './nsvc.ts'

describe('the NSVC of a stream', () => {
  test.for([
    ['a:1.10:20200101:c0ffee00', { name: 'a', stream: '1.10', version: 20200101n, context: 'c0ffee00' }],
    ['a:b:1', { name: 'a', stream: 'b', version: 1n }],
    ['a:b:0', { name: 'a', stream: 'b' }],
    ['a:b:0:c', { name: 'a', stream: 'b', context: 'c' }],
  ] as const)('%s', ([text, stream]) => {
    expect(nsvc(stream)).toBe(text)
  })

  test('a stream without a name has none', () => {
    expect(() => nsvc({ stream: 'b' })).toThrow(TypeError)
  })
})

describe('reading an NSVC', () => {
  test.for([
    ['a:b', { name: 'a', stream: 'b' }],
    ['a:b:18446744073709551615', { name: 'a', stream: 'b', version: 18446744073709551615n }],
    ['a-b:1.10:0:c', { name: 'a-b', stream: '1.10', version: 0n, context: 'c' }],
  ] as const)('%s', ([text, parts]) => {
    expect(parseNsvc(text)).toEqual(parts)
  })

  test.for(['', 'a', 'a:', ':b', 'a:b:', 'a:b:x', 'a:b:1:', 'a:b:1:c:d', 'a:b:18446744073709551616', 'a :b'])(
    '%j is refused by name',
    (text) => {
      expect(() => parseNsvc(text)).toThrow(NsvcError)
      expect(() => parseNsvc(text)).toThrow(JSON.stringify(text))
    },
  )
})

describe('reading an NSVCA', () => {
  test.for([
    ['a:b', { name: 'a', stream: 'b' }],
    ['a:b:1:c:x86_64', { name: 'a', stream: 'b', version: 1n, context: 'c', arch: 'x86_64' }],
    ['a:b:::x86_64', { name: 'a', stream: 'b', arch: 'x86_64' }],
    ['a:b::c', { name: 'a', stream: 'b', context: 'c' }],
    ['a:b:::', { name: 'a', stream: 'b' }],
  ] as const)('%s', ([text, parts]) => {
    expect(parseNsvca(text)).toEqual(parts)
  })

  test.for(['', 'a', 'a:', ':b', 'a:b:x', 'a:b:1:c:d:e', 'a:b:18446744073709551616', 'a:b :1'])(
    '%j is refused by name',
    (text) => {
      expect(() => parseNsvca(text)).toThrow(NsvcError)
      expect(() => parseNsvca(text)).toThrow(JSON.stringify(text))
    },
  )
})
