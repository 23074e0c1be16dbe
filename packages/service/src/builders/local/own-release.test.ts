import { expect, test } from 'vitest'
import { requireOwnRelease } from './own-release.ts'

const distTag = 'module+el8.4.0+7+0a1b2c3d'
const check =
  (release: string, isRequired = true) =>
  () =>
    requireOwnRelease(
      { name: 'spade', epoch: 0, version: '1', release, arch: 'noarch' },
      { distTag, isRequired },
    )

test.each([`1.${distTag}`, `5.${distTag}.1`, `0.1.rc1.${distTag}`])('%s has the dist tag', (release) => {
  expect(check(release)).not.toThrow()
})

test.each([
  ['1', 'spade-1-1.noarch: its release 1 lacks the dist tag'],
  ['1.el8', 'write %{?dist} into the Release (for example "Release: 1%{?dist}"'],
  // Elements are compared as a whole.
  [`1${distTag}`, 'lacks the dist tag'],
  [`1.${distTag}x`, 'has the dist tag of another module build, and not module+el8.4.0+7+0a1b2c3d'],
  ['1.module+el8.4.0+8+0a1b2c3d', 'the dist tag of another module build'],
])('%s has not', (release, sentence) => {
  expect(check(release)).toThrow(sentence)
})

test('where an operator does without it, that of another module build is refused all the same', () => {
  expect(check('1.el8', false)).not.toThrow()
  expect(check('1.module+el8.4.0+8+0a1b2c3d', false)).toThrow('another module build')
})
