import type { Xmd } from '@mbs/modulemd'
import { describe, expect, test } from 'vitest'
import { checkMbsData, keepsContext, ownArches } from './own-mbs-data.ts'

const document = (mbs: Xmd, context = 'c') => ({ xmd: new Map([['mbs', mbs]]), context })
const saying = (key: string, value: Xmd) => document(new Map([[key, value]]))
const whole = new Map<string, Xmd>([
  ['disttag_marking', 'fp.1'],
  ['koji_tag_arches', ['x86_64', 'aarch64']],
  ['static_context', 'true'],
])

describe('what an author says in xmd.mbs', () => {
  test('is only what a privileged module may say', () => {
    checkMbsData(document(whole), true)
    checkMbsData({}, false)
    checkMbsData({ xmd: new Map([['mine', 'x']]) }, false)
    expect(() => {
      checkMbsData(document(whole), false)
    }).toThrow('xmd.mbs belongs to the build service; leave it out')
  })

  test.each<[object, string, string]>([
    [
      saying('koji_tag', 'x'),
      'data.xmd.mbs.koji_tag',
      'leave koji_tag out, this module may only have disttag',
    ],
    [saying('constructor', 'x'), 'data.xmd.mbs.constructor', 'leave constructor out'],
    [saying('disttag_marking', 'a-b'), 'data.xmd.mbs.disttag_marking', 'must be letters, digits, . and _'],
    [saying('disttag_marking', 'a\n%(x)'), 'data.xmd.mbs.disttag_marking', 'must be letters, digits'],
    [saying('koji_tag_arches', 'x86_64'), 'data.xmd.mbs.koji_tag_arches', 'must be a list of arches'],
    [saying('koji_tag_arches', []), 'data.xmd.mbs.koji_tag_arches', 'must be a list of arches'],
    [saying('koji_tag_arches', ['../x']), 'data.xmd.mbs.koji_tag_arches', 'must be a list of arches'],
    [saying('static_context', 'yes'), 'data.xmd.mbs.static_context', 'must be TRUE or FALSE'],
    [{ xmd: document(whole).xmd }, 'data.xmd.mbs.static_context', 'keeps data.context; write that'],
    [document('x'), 'data.xmd.mbs', 'must be a map'],
  ])('is refused of another form: %j at %s', (wrong, where, message) => {
    expect(() => {
      checkMbsData(wrong, true)
    }).toThrow(
      expect.objectContaining({ status: 400, where, message: expect.stringContaining(message) as string }),
    )
  })

  test('is read where it is said', () => {
    expect([keepsContext(document(whole)), keepsContext(saying('static_context', true))]).toEqual([
      true,
      true,
    ])
    expect([keepsContext({}), keepsContext(saying('static_context', 'FALSE'))]).toEqual([false, false])
    expect([ownArches(document(whole)), ownArches({})]).toEqual([['x86_64', 'aarch64'], []])
  })
})
