import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { createDatabase } from '../../test/support/database.ts'
import { Artifacts, FolderStore, MemoryStore } from '../artifacts/index.ts'
import { systemClock } from '../clock.ts'
import { connect } from '../database/index.ts'
import { keepsTheHubContract, untilSettled, type HubSubject } from './contract.testing.ts'
import { limited } from './limited.ts'
import { LocalHub } from './local/index.ts'
import { MemoryHub } from './memory-hub.testing.ts'

const packageOf = (name: string, version: string) => ({
  ...{ nevra: `${name}-0:${version}-1.noarch`, name, arch: 'noarch' },
})

keepsTheHubContract('local', async (): Promise<HubSubject> => {
  const { url, drop } = await createDatabase()
  const database = connect(url)
  const folder = await mkdtemp(path.join(os.tmpdir(), 'mbs-test-hub-'))
  const artifacts = new Artifacts({
    ...{ database, store: new FolderStore(path.join(folder, 'store')), clock: systemClock },
    ...{ graceMs: 3_600_000, diskFreeBytesMin: 0 },
  })
  const hub = new LocalHub({ database, artifacts, clock: systemClock })
  return {
    hub,
    build: async ({ name, version, release, epoch }, content) => {
      const rpms = []
      if (content !== undefined) {
        const file = path.join(folder, `${name}-${version}`)
        await writeFile(file, content)
        const sigmd5 = createHash('md5').update(content).digest('hex')
        const parts = { version, release, epoch, sigmd5, builtAt: null }
        rpms.push({ ...packageOf(name, version), ...parts, ...(await artifacts.putFile(file)) })
      }
      return hub.recordOwnBuild({
        ...{ name, version, release, epoch, source: null, rpms, buildroots: [], logs: [] },
      })
    },
    close: async () => {
      await database.destroy()
      await drop()
      await rm(folder, { recursive: true })
    },
  }
})

for (const [name, habits] of [
  ['memory', {}],
  ['slow', { looksUntilDone: 3 }],
] as const)
  keepsTheHubContract(name, async (): Promise<HubSubject> => {
    const hub = await MemoryHub.open(habits)
    return {
      hub,
      build: (build, content) =>
        hub.addBuild(
          build,
          content === undefined ? [] : [{ ...packageOf(build.name, build.version), file: content }],
        ),
      close: () => hub.close(),
    }
  })

test('a build that somebody takes out of a tag by hand comes back when it is asked for again', async () => {
  const hub = await MemoryHub.open({ looksUntilDone: 2 })
  const nvr = await hub.addBuild({ name: 'a', version: '1', release: '1', epoch: null })
  await hub.ensureTags([{ name: 't' }])
  await untilSettled(hub, () => hub.tag('t', [nvr]))
  hub.untagByHand('t', nvr)
  expect((await hub.tag('t', [nvr]))[0]?.is).toBe('pending')
  await untilSettled(hub, () => hub.tag('t', [nvr]))
  expect((await hub.tagged('t')).map((build) => build.nvr)).toEqual([nvr])
  await hub.close()
})

test('a hub that does not answer in time is away', async () => {
  const hub = await MemoryHub.open()
  const silent = Object.assign(Object.create(hub) as MemoryHub, {
    currentEvent: () => new Promise(() => undefined),
  })
  const asked = limited(silent, systemClock, 20)
  await expect(asked.currentEvent()).rejects.toThrow('hub: it has not answered for 0.02 s; try again later')
  expect((await asked.tags([])).size).toBe(0)
  await hub.close()
})

test('what our own hub refuses of a list has written nothing, and the others are done', async () => {
  const { url, drop } = await createDatabase()
  const database = connect(url)
  const parts = { database, store: new MemoryStore(), clock: systemClock, graceMs: 1, diskFreeBytesMin: 0 }
  const hub = new LocalHub({ database, clock: systemClock, artifacts: new Artifacts(parts) })
  const outcomes = await hub.ensureTags([{ name: 'a' }, { name: 'b', arches: '../x86' }, { name: 'c' }])
  expect(outcomes.map(({ is }) => is)).toEqual(['done', 'refused', 'done'])
  expect([...(await hub.tags(['a', 'b', 'c'])).keys()].sort()).toEqual(['a', 'c'])
  expect(await hub.takenTags(['b'])).toEqual(new Set())
  await database.destroy()
  await drop()
})
