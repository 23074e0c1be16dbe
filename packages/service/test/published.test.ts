import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writeModulesRepository } from '../src/published/repository.testing.ts'
import { moduleDocument } from './support/dist-git.ts'
import { openHouse, type BuildView, type House } from './support/house.ts'

/** Returns the document of a stream in the form of repositories: only its dependencies show its build's modules. */
const published = (name: string, stream: string, requires: string) => `---
document: modulemd
version: 2
data:
  name: ${name}
  stream: "${stream}"
  version: 9020
  context: 1a2b3c4d
  summary: A module
  description: Of a repository
  license: {module: [MIT]}
  dependencies:
  - buildrequires: {platform: [el9.2]}
    requires: {${requires}}
...
`
const perl = published('perl', '5.30', 'platform: [el9]')
const ruby = published('ruby', '3.1', 'platform: [el9], perl: ["5.30"]')
const old = published('php', '7.2', 'platform: [el8]')

const folder = mkdtempSync(path.join(os.tmpdir(), 'mbs-test-published-'))
let house: House
beforeAll(async () => {
  const url = `file://${writeModulesRepository(folder, perl + ruby + old)}`
  const el9 = {
    repositories: [{ name: 'appstream', url }],
    buildGroup: ['bash'],
    arches: ['x86_64'],
    publishedModules: true,
  }
  house = await openHouse({ config: { platforms: { el9 } } })
  await house.distGit.commit('rpms/a', 'main', { 'a.spec': '' })
})
afterAll(async () => {
  await house.close()
  rmSync(folder, { recursive: true })
})

const submission = (name: string, required: string) =>
  house.distGit.module(
    name,
    moduleDocument(
      { a: 1 },
      `  dependencies:\n  - buildrequires: {platform: [], ${required}: []}\n    requires: {platform: []}\n`,
    ),
  )

test('modules that the repositories of a platform publish are there to build against, as long as they are published', async () => {
  const built = await house.build(await submission('app', 'ruby'))
  expect(built.state_name).toBe('ready')
  expect(built.modulemd).toMatch(/ruby:\n.*\n.*\n +koji_tag: published\/ruby\/3\.1\/9020\/1a2b3c4d/)
  expect(built.modulemd).toMatch(/perl:\n.*\n.*\n +koji_tag: published\/perl\/5\.30\/9020\/1a2b3c4d/)
  const refused = async (required: string) => (await house.submit(await submission('other', required))).text
  expect(await refused('php')).toContain('php')
  // At the next start the repository lacks one stream.
  writeModulesRepository(folder, perl)
  await house.restart()
  expect(await refused('ruby')).toContain('ruby')
  expect((await house.build(await submission('app2', 'perl'))).state_name).toBe('ready')
  const builds = (await house.request('GET', '/module-build-service/2/module-builds/?name=ruby')).json
  expect((builds as { items: BuildView[] }).items).toMatchObject([{ state_name: 'garbage' }])
})
