import { describe, expect, test } from 'vitest'
import { archiveUrl, asksForBranch, cachedArchiveUrl, repositoryUrl, templateFault } from './url-template.ts'

const archive = { name: 'x++', file: 'x 1#%.tgz', hash: 'ab12', hashtype: 'sha1' }

describe('the URL of an archive', () => {
  test.each(['https://h/pkgs', 'https://h/pkgs/'])('lies in the layout of dist-git below %s', (prefix) => {
    expect(archiveUrl(prefix, archive)).toBe(
      'https://h/pkgs/rpms/x%2B%2B/x%201%23%25.tgz/sha1/ab12/x%201%23%25.tgz',
    )
  })

  test('is what a template says, with its values encoded', () => {
    expect(archiveUrl('https://h/{hash}', archive)).toBe('https://h/ab12')
    expect(archiveUrl('https://h/{name}/{hashtype}/{hash}?as={file}', archive)).toBe(
      'https://h/x%2B%2B/sha1/ab12?as=x%201%23%25.tgz',
    )
  })

  test('has the folders of a branch with slashes', () => {
    const template = 'https://h/sources/{name}/{branch}/{hash}'
    expect(archiveUrl(template, { ...archive, branch: 'c8/str%eam' })).toBe(
      'https://h/sources/x%2B%2B/c8/str%25eam/ab12',
    )
    expect([asksForBranch(template), asksForBranch('https://h/{hash}')]).toEqual([true, false])
  })

  test('is not made of the values of values', () => {
    expect(archiveUrl('https://h/{file}/{hash}', { ...archive, file: '{hash}$&' })).toBe(
      'https://h/%7Bhash%7D%24%26/ab12',
    )
  })

  test('of a component’s own cache lies below it, which is no template', () => {
    expect(cachedArchiveUrl('https://h/{hash}/x', archive)).toBe(
      'https://h/{hash}/x/x%201%23%25.tgz/sha1/ab12/x%201%23%25.tgz',
    )
  })
})

test('the URL of a repository is the prefix with the name, or what the template says', () => {
  expect(repositoryUrl('https://h/rpms/', 'x++')).toBe('https://h/rpms/x++')
  expect(repositoryUrl('https://h/rpms/{name}.git', 'x++')).toBe('https://h/rpms/x%2B%2B.git')
})

test.each([
  ['https://h/rpms/', 'repository', undefined],
  ['https://h/{name}.git', 'repository', undefined],
  ['https://h/{}', 'repository', /unknown placeholder \{\}; use \{name\}$/],
  ['https://h/{name', 'repository', /a brace that belongs to no placeholder/],
  ['https://h/', 'archive', undefined],
  ['https://h/{name}/{branch}/{file}/{hashtype}/{hash}', 'archive', undefined],
  ['https://h/{name}', 'archive', /without \{hash\}/],
] as const)('%s of a(n) %s is right, or has a fault that is told', (text, kind, fault) => {
  if (fault === undefined) expect(templateFault(text, kind)).toBeUndefined()
  else expect(templateFault(text, kind)).toMatch(fault)
})
