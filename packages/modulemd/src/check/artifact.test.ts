import { expect, test } from 'vitest'
import { isArtifactNevra } from './artifact.ts'

test.for([
  ['bash-0:4.4-1.el8.x86_64', true],
  ['perl-List-Compare-0:0.53-9.module+el8+1+ab.noarch', true],
  ['name-1a:1-1.x86_64', true],
  ['-0:1-1.x86_64', true],
  ['name-0:-.', true],
  ['', false],
  ['name', false],
  ['name-1-1.x86_64', false],
  ['0:1-1.x86_64', false],
  ['name-a:1-1.x86_64', false],
  ['name-:1-1.x86_64', false],
  ['name-0:1-1', false],
  ['name-0:1.x86_64', false],
  ['name-0:1-1-1.x86_64', false],
] as const)('%j: %s', ([text, isNevra]) => {
  expect(isArtifactNevra(text)).toBe(isNevra)
})
