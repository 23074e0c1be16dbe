import type { Xmd } from '@mbs/modulemd'
import { describe, expect, test } from 'vitest'
import { requireArches } from './arches.ts'

const platform = { stream: 'el8', arches: ['x86_64', 'aarch64'] }
const buildopts = (...arches: string[]) => ({ buildopts: { whitelist: [], arches } })
const own = (...arches: string[]) => ({
  xmd: new Map<string, Xmd>([['mbs', new Map([['koji_tag_arches', arches]])]]),
})
const layered = (...arches: string[]) => ({ name: 'layered', stream: '1', arches })

describe('the arches of a module', () => {
  test.each([
    ['are those of the platform', {}, [], 'x86_64 aarch64'],
    ['are those of the first privileged module that has any', {}, [layered(), layered('x86_64')], 'x86_64'],
    ['are its own where it may say so', own('s390x', 'x86_64'), [layered('x86_64')], 'x86_64 s390x'],
    ['are chosen by its author', buildopts('x86_64'), [layered('s390x', 'x86_64')], 'x86_64'],
  ])('%s, that of the builder first', (_, document, privileged, expected) => {
    expect(requireArches(document, [], platform, privileged).join(' ')).toBe(expected)
  })

  test.each([
    [
      buildopts('s390x'),
      [layered('x86_64')],
      'data.buildopts.arches has s390x; the module layered:1 has x86_64',
    ],
    [buildopts('aarch64'), [], 'data.buildopts.arches lacks x86_64, and the service builds for x86_64'],
    [
      {},
      [layered('s390x')],
      'data.dependencies has s390x (from the module layered:1), but the service builds for x86_64',
    ],
    [
      own('s390x'),
      [],
      'data.xmd.mbs.koji_tag_arches has s390x (from the module itself), but the service builds for x86_64',
    ],
  ])('are refused where they cannot be built: %j', (document, privileged, message) => {
    expect(() => requireArches(document, [], platform, privileged)).toThrow(message)
  })
})
