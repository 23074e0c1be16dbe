import { mkdtemp } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { chmod } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { createDatabase } from '../../test/support/database.ts'
import { sharedCache, spec } from '../../test/support/local.ts'
import { Artifacts, FolderStore } from '../artifacts/index.ts'
import { systemClock } from '../clock.ts'
import { connect } from '../database/index.ts'
import { DistGit } from '../distgit/index.ts'
import { openPlatforms } from '../platforms/index.ts'
import { buildUser, removeTree } from '../sandbox/index.ts'
import { keepsTheBuilderContract, type ContractSubject } from './contract.testing.ts'
import { FakeBuilder } from './fake/fake-builder.ts'
import { GenericBuilder, type ComponentPlan } from './generic-builder.ts'
import type { LocalBuilderParts } from './local/local-builder.ts'
import { openBuilder } from './open-builder.ts'
import { LocalHub } from '../hub/local/index.ts'

async function parts(): Promise<{ parts: LocalBuilderParts; close: () => Promise<void> }> {
  const { url, drop } = await createDatabase()
  const database = connect(url)
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'mbs-test-builder-'))
  await chmod(dataDir, 0o755)
  const user = buildUser(64_000)
  const cacheDir = sharedCache()
  const artifacts = new Artifacts({
    database,
    store: new FolderStore(path.join(dataDir, 'artifacts')),
    clock: systemClock,
    graceMs: 3_600_000,
    diskFreeBytesMin: 0,
  })
  return {
    parts: {
      hub: new LocalHub({ database, artifacts, clock: systemClock }),
      artifacts,
      clock: systemClock,
      platforms: await openPlatforms(
        { host: { generated: true } },
        { cacheDir, user, progress: () => undefined },
      ),
      user,
      dataDir,
      cacheDir,
      lookaside: 'file:///nonexistent/',
      distGit: new DistGit({ cacheDir: path.join(cacheDir, 'dist-git'), timeoutSeconds: 10 }),
      gitTimeoutSeconds: 10,
      concurrentBuildsMax: 2,
      diskFreeMegabytesMin: 1,
      componentMinutesMax: 5,
      distTagRequired: true,
    },
    close: async () => {
      await database.destroy()
      await drop()
      await removeTree(dataDir)
    },
  }
}

const plan = {
  tag: 'module-test-1-1-c',
  buildTag: 'module-test-1-1-c-build',
  platform: 'host',
  arches: ['x86_64'],
  buildGroup: [] as string[],
  srpmBuildGroup: [] as string[],
}
const distTag = 'module+test+1+0a1b2c3d'
const component = (name: string, build: string): ComponentPlan => ({
  package: name,
  owner: 'ada',
  expectedSeconds: null,
  source: {
    kind: 'generated',
    files: { [`${name}.spec`]: `%global dist .${distTag}\n${spec(name, { build })}` },
  },
  tag: plan.tag,
  platform: plan.platform,
  distTag,
})
const components = {
  good: component('good', 'echo compiling'),
  bad: component('bad', 'echo "bad.c:1:2: error: it is bad" >&2; exit 1'),
  endless: component('endless', 'echo for ever; sleep 1000'),
}

keepsTheBuilderContract('fake', async (): Promise<ContractSubject> => {
  const { parts: fake, close } = await parts()
  const outcomes = { bad: ['failed'], endless: ['endless'] } as const
  return {
    builder: new FakeBuilder(fake, { outcomes, openLooks: 1, buildrootLooks: 1 }),
    hub: fake.hub,
    plan,
    ...components,
    close,
  }
})

keepsTheBuilderContract('local', async (): Promise<ContractSubject> => {
  const { parts: local, close } = await parts()
  const platform = local.platforms.get('host')
  const groups = { buildGroup: platform?.buildGroup ?? [], srpmBuildGroup: platform?.srpmBuildGroup ?? [] }
  const { hub } = local
  const builder = await openBuilder('local', local)
  return { builder, hub, plan: { ...plan, ...groups }, ...components, close }
})

test('a backend from outside is a class that configuration names', async () => {
  const { parts: any, close } = await parts()
  try {
    const file = path.join(import.meta.dirname, 'fake', 'fake-builder.ts')
    expect(await openBuilder(`${file}#FakeBuilder`, any)).toBeInstanceOf(GenericBuilder)
    await expect(openBuilder(`${file}#Nothing`, any)).rejects.toThrow(
      /has no class Nothing that extends GenericBuilder/,
    )
    await expect(openBuilder('kojii', any)).rejects.toThrow(/there is no builder "kojii"; use local, fake or/)
  } finally {
    await close()
  }
})
