import { readStream, type ModuleStream } from '@mbs/modulemd'
import { expect, test } from 'vitest'
import { modularContent } from './modular-content.ts'
import { nsvcOfTag, publishedTag } from './published-tag.ts'

function published(data: object): ModuleStream {
  const { stream, problems } = readStream(
    JSON.stringify({
      document: 'modulemd',
      version: 2,
      data: {
        name: 'ruby',
        stream: '2.5',
        version: 820,
        context: '9f9e2e7e',
        summary: 's',
        description: 'd',
        license: { module: ['MIT'] },
        ...data,
      },
    }),
  )
  if (stream === undefined) throw new Error(JSON.stringify(problems))
  return stream
}

test('a stream brings its artifacts and hides the names of its binaries, but for those that left it', () => {
  const documents = [
    published({
      arch: 'x86_64',
      artifacts: { rpms: ['ruby-0:2.5-1.el8.x86_64', 'ruby-0:2.5-1.el8.src', 'gem-0:1-1.noarch', '-0:-.x'] },
      demodularized: { rpms: ['gem'] },
    }),
    published({ arch: 'i686', artifacts: { rpms: ['ruby-libs-0:2.5-1.el8.i686', 'gem-0:1-1.noarch'] } }),
    published({ stream: '3.0' }),
  ]
  const content = modularContent(documents)
  expect([...content.keys()]).toEqual(['ruby:2.5:820:9f9e2e7e', 'ruby:3.0:820:9f9e2e7e'])
  const { packages, names } = content.get('ruby:2.5:820:9f9e2e7e') ?? {}
  expect(packages?.sort()).toEqual([
    '-0:-.x',
    'gem-0:1-1.noarch',
    'ruby-0:2.5-1.el8.src',
    'ruby-0:2.5-1.el8.x86_64',
    'ruby-libs-0:2.5-1.el8.i686',
  ])
  expect(names?.sort()).toEqual(['ruby', 'ruby-libs'])
  expect(content.get('ruby:3.0:820:9f9e2e7e')).toEqual({ packages: [], names: [] })
})

test('a tag tells of which module it is', () => {
  const tag = publishedTag(published({}))
  expect(tag).toBe('published/ruby/2.5/820/9f9e2e7e')
  expect(nsvcOfTag(tag)).toBe('ruby:2.5:820:9f9e2e7e')
  expect(nsvcOfTag('module-ruby-2.5-820-9f9e2e7e')).toBeUndefined()
})
