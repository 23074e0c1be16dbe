import { readStream } from '@mbs/modulemd'
import { expect, test } from 'vitest'
import { moduleDocument } from '../../../test/support/dist-git.ts'
import { DistGit } from '../../distgit/index.ts'
import { collectComponents } from './collect-components.ts'

/** Collects the components of a document that includes no other module. */
async function collect(names: readonly string[], componentsMax = 3) {
  const document = readStream(moduleDocument(Object.fromEntries(names.map((name) => [name, 0])))).stream
  if (document === undefined) throw new Error('the document is faulty')
  const distGit = new DistGit({ cacheDir: '/nonexistent', timeoutSeconds: 1 })
  const places = { rpms: 'file:///nonexistent/', modules: 'file:///nonexistent/' }
  const world = { distGit, ...places, customRepositories: false, customCaches: false, componentsMax }
  return (await collectComponents(world, document)).map(({ name }) => name)
}

test('a module of more components than may be is refused, before anything is asked for them', async () => {
  expect(await collect(['a', 'b', 'c'])).toEqual(['a', 'b', 'c'])
  await expect(collect(['a', 'b', 'c', 'd'])).rejects.toThrow(
    'the module has more than 3 components (submission.componentsMax); divide it into several',
  )
})

test('a component under a name of the service’s own is refused', async () => {
  await expect(collect(['module-build-macros'])).rejects.toThrow(
    "the component's name module-build-macros is reserved for the service; rename it",
  )
})
