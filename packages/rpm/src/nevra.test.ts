import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { NevraError, formatNevra, formatNvr, formatNvra, parseNevra } from './nevra.ts'

describe('a NEVRA is read from the right', () => {
  test.for([
    ['bash-0:4.4-1.el8.x86_64', 'bash', 0, '4.4', '1.el8', 'x86_64'],
    ['bash-4.4-1.el8.x86_64', 'bash', 0, '4.4', '1.el8', 'x86_64'],
    ['bash-4.4-1.el8.x86_64.rpm', 'bash', 0, '4.4', '1.el8', 'x86_64'],
    ['a-b-c-12:1~rc1^git-2.module+el8+1+ab.noarch', 'a-b-c', 12, '1~rc1^git', '2.module+el8+1+ab', 'noarch'],
    ['x-4294967295:1-1.src', 'x', 4294967295, '1', '1', 'src'],
  ] as const)('%s', ([text, name, epoch, version, release, arch]) => {
    expect(parseNevra(text)).toEqual({ name, epoch, version, release, arch })
  })
})

describe('what is missing is named, with the text', () => {
  test.for([
    ['', 'architecture is missing'],
    ['bash', 'architecture is missing'],
    ['bash-1-1.', 'architecture is missing'],
    ['bash.noarch', 'release is missing'],
    ['bash-1.noarch', 'version is missing'],
    ['-1-1.noarch', 'name is missing'],
    ['bash-1:-1.noarch', 'version is missing'],
    ['bash--1.noarch', 'version is missing'],
    ['bash-1-.noarch', 'release is missing'],
    ['bash-:1-1.noarch', 'epoch before the colon is not a number'],
    ['bash-x:1-1.noarch', 'epoch before the colon is not a number'],
    ['bash-4294967296:1-1.noarch', 'epoch is above 4294967295'],
    ['../bash-1-1.noarch', 'a slash'],
    ['bash-1-1 .noarch', 'a blank'],
    ['bash-1-1\u0000.noarch', 'control character'],
  ] as const)('%j: %s', ([text, fault]) => {
    expect(() => parseNevra(text)).toThrow(NevraError)
    expect(() => parseNevra(text)).toThrow(fault)
    expect(() => parseNevra(text)).toThrow(JSON.stringify(text))
  })
})

const part = fc.stringMatching(/^[A-Za-z0-9_+~^]{1,8}$/)
const nevra = fc.record({
  name: fc.stringMatching(/^[a-z0-9][a-z0-9.+-]{0,12}$/),
  epoch: fc.nat(0xffffffff),
  version: part,
  release: fc.stringMatching(/^[A-Za-z0-9_+~^.]{1,8}$/),
  arch: fc.constantFrom('noarch', 'x86_64', 'src'),
})

test('what is written is read back', () => {
  fc.assert(
    fc.property(nevra, (n) => {
      expect(parseNevra(formatNevra(n))).toEqual(n)
      expect(parseNevra(`${formatNvra(n)}.rpm`)).toEqual({ ...n, epoch: 0 })
      expect(formatNvra(n)).toBe(`${formatNvr(n)}.${n.arch}`)
    }),
  )
})

test('any text is read or refused by name', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      try {
        parseNevra(text)
      } catch (error) {
        expect(error).toBeInstanceOf(NevraError)
      }
    }),
  )
})
