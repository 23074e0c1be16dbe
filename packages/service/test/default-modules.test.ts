import { afterAll, beforeAll, expect, test } from 'vitest'
import { moduleDocument, TestDistGit } from './support/dist-git.ts'
import { openHouse, type BuildView, type House } from './support/house.ts'

let house: House
let defaults: TestDistGit
beforeAll(async () => {
  defaults = await TestDistGit.create()
  await defaults.commit('defaults', 'main', { README: '' })
  const platform = {
    repositories: [{ name: 'none', url: 'file:///nonexistent' }],
    buildGroup: ['bash'],
    arches: ['x86_64'],
  }
  house = await openHouse({
    config: {
      platforms: { f30: { ...platform, useDefaultModules: true }, f31: platform },
      'scm.moduleDefaults': `${defaults.url}/defaults`,
    },
  })
  await house.distGit.commit('rpms/a', 'main', { 'a.spec': '' })
})
afterAll(async () => {
  await house.close()
  await defaults.remove()
})

const on = (platform: string, more = '') =>
  `  dependencies:\n  - buildrequires: {platform: [${platform}]${more}}\n    requires: {platform: [${platform}]}\n`
const build = async (name: string, platform: string, stream: string, more = '') =>
  house.build(await house.distGit.module(name, moduleDocument({ a: 1 }, on(platform, more)), stream))
const modulesOf = ({ modulemd }: BuildView) =>
  [...modulemd.matchAll(/^ {8}([a-z0-9]+):\n {10}context:/gm)].map(([, name]) => name)

test('build roots have the default streams of their platform, and contexts do not change by it', async () => {
  await build('perl', 'f30', '5.26')
  await build('perl', 'f30', '5.30')
  await build('ruby', 'f30', '2.6')
  const before = await build('app', 'f30', '1')
  expect(modulesOf(before)).toEqual(['platform'])
  const document = (module: string, stream: string) =>
    `document: modulemd-defaults\nversion: 1\ndata: {module: ${module}, stream: "${stream}"}\n`
  await defaults.commit('defaults', 'f30', {
    'perl.yaml': document('perl', '5.26'),
    'ruby.yaml': document('ruby', '2.6'),
    'none.yaml': document('none', '1'),
    'app.yaml': document('app', '1'),
  })
  const after = await build('app', 'f30', '2')
  expect(modulesOf(after)).toEqual(['perl', 'platform', 'ruby'])
  expect(after.modulemd).toMatch(/perl:\n.*\n.*\n +koji_tag: module-perl-5\.26-/)
  expect(after.context).toBe(before.context)
  // A default stream does not replace an explicitly required one.
  const own = await build('app', 'f30', '3', ', perl: ["5.30"]')
  expect(own.modulemd).toMatch(/perl:\n.*\n.*\n +koji_tag: module-perl-5\.30-/)
  expect(modulesOf(own)).toEqual(['perl', 'platform', 'ruby'])
  expect(modulesOf(await build('app', 'f31', '4'))).toEqual(['platform'])
})
