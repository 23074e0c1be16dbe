import { chmod, mkdtemp } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openPlatforms } from '../src/platforms/index.ts'
import { buildUser, removeTree } from '../src/sandbox/index.ts'
import { moduleDocument } from './support/dist-git.ts'
import { openHouse, type House } from './support/house.ts'
import { sharedCache, spec } from './support/local.ts'
import { makeRepository } from './support/repository.ts'

const tool = (version: string) => spec('tool').replace('Version: 1.0', `Version: ${version}`)

/** A document in the form of published application streams: one stream, which is the default one. */
const modules = `---
document: modulemd
version: 2
data:
  name: tool
  stream: "1"
  version: 9020
  context: 1a2b3c4d
  arch: ${os.machine()}
  summary: A tool
  description: Of the first stream
  license: {module: [MIT]}
  dependencies:
  - buildrequires: {platform: [el9]}
    requires: {platform: [el9]}
  profiles: {default: {rpms: [tool]}}
  artifacts: {rpms: ["tool-0:1-1.noarch", "tool-0:1-1.src"]}
...
---
document: modulemd-defaults
version: 1
data: {module: tool, stream: "1", profiles: {"1": [default]}}
...
`

let house: House
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(path.join('/var/tmp', 'mbs-test-modular-'))
  await chmod(folder, 0o755)
  const places = { cacheDir: sharedCache(), user: buildUser(64_000), progress: () => undefined }
  const host = (await openPlatforms({ host: { generated: true } }, places)).get('host')
  const repositories = [
    { name: 'base', url: host?.repositories[0]?.url ?? '' },
    {
      name: 'appstream',
      url: `file://${await makeRepository(path.join(folder, 'appstream'), [tool('1')], modules)}`,
    },
    { name: 'plain', url: `file://${await makeRepository(path.join(folder, 'plain'), [tool('2')])}` },
  ]
  const groups = { buildGroup: host?.srpmBuildGroup ?? [], srpmBuildGroup: host?.srpmBuildGroup ?? [] }
  const el9 = { repositories, ...groups, arches: [os.machine()], publishedModules: true }
  // Base roots of short-lived repositories must not enter the shared cache of all tests.
  const config = { 'builder.name': 'local', cacheDir: path.join(folder, 'cache'), platforms: { el9 } }
  house = await openHouse({ config })
  const requires = 'BuildRequires: tool >= 2'
  await house.distGit.commit('rpms/user', 'main', {
    'user.spec': spec('user', { requires, build: 'rpm -q tool | grep "^tool-2-"' }),
  })
})
afterAll(async () => {
  await house.close()
  await removeTree(folder)
})

const build = async (name: string, required: string) =>
  house.build(
    await house.distGit.module(
      name,
      moduleDocument(
        { user: 1 },
        `  dependencies:\n  - buildrequires: {${required}}\n    requires: {platform: [el9]}\n`,
      ),
    ),
  )

test('a build root without streams takes packages of no module, whatever the default streams are', async () => {
  const built = await build('without', 'platform: [el9]')
  expect([built.state_name, built.state_reason]).toEqual(['ready', 'all checks passed'])
})

test('a build root with a stream refuses what that hides, and names the stream', async () => {
  const built = await build('with', 'platform: [el9], tool: ["1"]')
  expect(built.state_reason).toMatch(
    /user: its BuildRequires cannot be resolved: .*tool-0:2-1\.noarch has tool >= 2, but is hidden by the stream tool:1:9020:1a2b3c4d, which is in the build root/,
  )
})
