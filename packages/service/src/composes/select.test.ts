import { expect, test } from 'vitest'
import { joinContents } from './select.ts'

const rpm = (nevra: string, sigmd5: string, build = 'spade-1-1') => ({
  ...{ build, nevra, name: 'spade', arch: 'noarch', size: 1, sigmd5, content: { sha256: '' } },
})

test('a package that several modules have is in a compose once', () => {
  const spade = rpm('spade-0:1-1.noarch', 'a')
  const joined = joinContents([
    { nsvc: 'garden:1:2:c', rpms: [spade] },
    {
      nsvc: 'garden:2:2:c',
      rpms: [rpm('spade-0:1-1.noarch', 'a', 'spade-2-1'), rpm('rake-0:1-1.noarch', 'b')],
    },
  ])
  expect(joined.map(({ build, nevra }) => [build, nevra])).toEqual([
    ['spade-1-1', 'spade-0:1-1.noarch'],
    ['spade-1-1', 'rake-0:1-1.noarch'],
  ])
})

test.each([
  ['other content', 'spade-0:1-1.noarch', 'b'],
  ['another epoch, of which the file name says nothing', 'spade-1:1-1.noarch', 'a'],
])('%s under one name fails the compose, and the error names both modules', (_what, nevra, sigmd5) => {
  const contents = [
    { nsvc: 'garden:1:2:c', rpms: [rpm('spade-0:1-1.noarch', 'a')] },
    { nsvc: 'aaa:1:2:c', rpms: [rpm(nevra, sigmd5)] },
  ]
  for (const list of [contents, contents.toReversed()])
    expect(() => joinContents(list)).toThrow(
      /^spade-1-1\.noarch\.rpm of (aaa|garden):1:2:c has other content than that of (aaa|garden):1:2:c/,
    )
})
