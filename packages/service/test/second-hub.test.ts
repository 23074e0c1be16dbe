import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { FakeBuilder } from '../src/builders/fake/fake-builder.ts'
import { MemoryHub } from '../src/hub/memory-hub.testing.ts'
import { moduleDocument } from './support/dist-git.ts'
import { openHouse, type House } from './support/house.ts'

/**
 * A hub that is not in the service's database, like a remote one: it tags after a delay, it fails now and then, and it
 * loses responses to completed requests.
 */
let hub: MemoryHub
let house: House
beforeAll(async () => {
  hub = await MemoryHub.open({ looksUntilDone: 2, failsEvery: 11, losesEvery: 13 })
  const recording = Object.assign(hub, {
    recordOwnBuild: (build: Parameters<MemoryHub['addBuild']>[0]) => hub.addBuild(build),
  })
  house = await openHouse({
    config: { 'retries.pauseSecondsMax': 1, 'retries.attemptsMax': 4 },
    hub,
    builder: ({ dataDir }) => new FakeBuilder({ hub: recording, dataDir }, { openLooks: 1 }),
  })
  for (const name of ['one', 'two'])
    await house.distGit.commit(`rpms/${name}`, 'main', { [`${name}.spec`]: '' })
})
afterAll(async () => {
  await house.close()
  await hub.close()
})

test('another hub carries a module from its submission to ready, whatever it does meanwhile', async () => {
  const scmurl = await house.distGit.module('far', moduleDocument({ one: 1, two: 2 }))
  const answer = await house.submit(scmurl)
  expect(answer.status).toBe(201)
  const id = (answer.json as { id: number }[])[0]?.id ?? 0
  const tagged = async (tag: string) => (await hub.tagged(tag).catch(() => [])).map(({ nvr }) => nvr)
  const waited = new Set<string>()
  const half = await house.until(id, (build) => {
    for (const { sentence } of build.waiting_for) waited.add(sentence)
    return (
      build.components.some(
        ({ package: name, nvr, batch }) => name === 'one' && nvr !== null && batch === 2,
      ) && build.components.some(({ package: name, state_name }) => name === 'two' && state_name !== null)
    )
  })
  // A person removes the first component from the tag that becomes the module.
  const [first = ''] = await tagged(half.koji_tag ?? '')
  hub.untagByHand(half.koji_tag ?? '', first)
  const build = await house.until(
    id,
    ({ state_name: state, stopped_by: bug }) => ['ready', 'failed'].includes(state) || bug !== null,
  )
  expect([build.state_name, build.stopped_by]).toEqual(['ready', null])
  expect(first).toMatch(/^one-/)
  expect((await tagged(build.koji_tag ?? '')).map((nvr) => nvr.slice(0, 3)).sort()).toEqual(['one', 'two'])
  expect(await tagged('test-modular-updates-candidate')).toEqual([`far-1-${build.version}.${build.context}`])
  expect(
    [...waited].some((sentence) => sentence.startsWith('hub: it is still working on the request (task')),
  ).toBe(true)
}, 120_000)

test('a hub that is away for longer than any budget of attempts fails nobody', async () => {
  const scmurl = await house.distGit.module('patient', moduleDocument({ one: 1 }))
  const answer = await house.submit(scmurl)
  const id = (answer.json as { id: number }[])[0]?.id ?? 0
  await house.until(id, ({ state_name: state }) => state === 'build')
  hub.away = true
  const waiting = await house.until(id, ({ waiting_for: waits }) =>
    waits.some(({ sentence }) => sentence === 'hub: it does not answer'),
  )
  // Longer than all attempts together would take.
  await sleep(8000)
  const later = await house.until(id, ({ state_name: state }) => state === waiting.state_name)
  expect(later.waiting_for.map(({ sentence }) => sentence)).toContain('hub: it does not answer')
  hub.away = false
  const build = await house.until(id, ({ state_name: state }) => ['ready', 'failed'].includes(state))
  expect(build.state_name).toBe('ready')
}, 120_000)

test('what it refuses fails the build with its reason', async () => {
  const scmurl = await house.distGit.module('shut', moduleDocument({ one: 1 }))
  const answer = await house.submit(scmurl)
  const id = (answer.json as { id: number }[])[0]?.id ?? 0
  await house.until(id, ({ state_name: state }) => state === 'build')
  hub.refuses = 'policy violation (tag): nobody may'
  const build = await house.until(id, ({ state_name: state }) => ['ready', 'failed'].includes(state))
  expect([build.state_name, build.state_reason]).toEqual(['failed', 'policy violation (tag): nobody may'])
}, 120_000)
