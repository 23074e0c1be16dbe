import { readStream } from '@mbs/modulemd'
import { expect, test } from 'vitest'
import type { DistGitReader } from '../../distgit/index.ts'
import { resolveComponents } from './resolve-components.ts'

const document = `document: modulemd
version: 2
data:
  summary: s
  description: d
  license: {module: [MIT]}
  components:
    rpms:
      a: {rationale: r, ref: main, repository: "https://git.example.com/all"}
      b: {rationale: r, ref: c9, repository: "https://git.example.com/all"}
      c: {rationale: r, ref: gone, repository: "https://git.example.com/all"}
      d: {rationale: r, ref: main}
`

test('components of one repository are resolved by one request, and all faults are named', async () => {
  const asked: [string, readonly string[]][] = []
  const distGit = {
    resolveRefs: (url: string, refs: readonly string[]) => {
      asked.push([url, refs])
      return Promise.resolve(
        new Map(refs.filter((ref) => ref !== 'gone').map((ref) => [ref, `commit of ${ref}`])),
      )
    },
  } as unknown as DistGitReader
  const world = {
    distGit,
    rpms: 'https://git.example.com/rpms/',
    modules: 'https://git.example.com/modules/',
  }
  const components = [...(readStream(document).stream?.components.rpms ?? [])].map(([name, component]) => ({
    name,
    component,
    batch: 0,
    includedFrom: null,
  }))
  const good = components.filter(({ name }) => name !== 'c')
  const resolved = await resolveComponents(world, good, new Map())
  expect(resolved.map(({ name, url, commit }) => [name, url, commit])).toEqual([
    ['a', 'https://git.example.com/all', 'commit of main'],
    ['b', 'https://git.example.com/all', 'commit of c9'],
    ['d', 'https://git.example.com/rpms/d', 'commit of main'],
  ])
  expect(asked).toEqual([
    ['https://git.example.com/all', ['main', 'c9']],
    ['https://git.example.com/rpms/d', ['main']],
  ])
  await expect(resolveComponents(world, components, new Map())).rejects.toThrow(
    'component c: there is no ref "gone" in https://git.example.com/all',
  )
})

test('a name that no package can have is refused before anybody is asked for it', async () => {
  const distGit = {
    resolveRefs: () => Promise.reject(new Error('it was asked')),
  } as unknown as DistGitReader
  const world = { distGit, rpms: 'https://git.example.com/rpms/', modules: '' }
  for (const name of ['-x', 'a b', 'n'.repeat(257)]) {
    const component = { name, component: { rationale: 'r' }, batch: 0, includedFrom: null }
    // With a source package of its own, too.
    for (const srpms of [new Map(), new Map([[name, { name, path: 'p', sha256: 's' }]])]) {
      const resolved = resolveComponents(world, [component] as never, srpms as never)
      await expect(resolved).rejects.toThrow(`component "${name.slice(0, 256)}": that cannot be the name`)
    }
  }
})
