import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { moduleDocument } from './support/dist-git.ts'
import { openHouse, type BuildView, type House } from './support/house.ts'
import { localConfig, spec } from './support/local.ts'
import { processesOf } from './support/processes.ts'

let house: House
beforeAll(async () => {
  house = await openHouse({ config: { ...localConfig(), 'builder.concurrentBuildsMax': 1 } })
})
afterAll(() => house.close())

test('cancelling stops the runner and what is queued, says who and why, and leaves nothing behind', async () => {
  for (const name of ['running', 'waiting'])
    await house.distGit.commit(`rpms/${name}`, 'main', {
      [`${name}.spec`]: spec(name, { build: 'sleep 7531 & sleep 7532' }),
    })
  const document = moduleDocument({ running: 1, waiting: 1 })
  const answer = await house.submit(await house.distGit.module('m', document))
  const id = (answer.json as BuildView[])[0]?.id ?? 0
  const children = async () => [...(await processesOf('sleep 7531')), ...(await processesOf('sleep 7532'))]
  while ((await children()).length < 2) await sleep(100)
  const before = await house.show(id)
  expect(before.waiting_for.map(({ sentence }) => sentence)).toContainEqual(
    expect.stringContaining('a free builder (place 1 of 1 in the queue)'),
  )

  const cancelled = await house.request('PATCH', `/module-build-service/2/module-builds/${id}`, {
    state: 'failed',
    owner: 'ada',
    reason: 'the wrong branch',
  })
  expect(cancelled.status).toBe(200)
  const reason = 'Canceled by ada. the wrong branch'
  const isStopped = ({ state_name, components }: BuildView) =>
    state_name === 'failed' && components.every((component) => component.state_name !== 'BUILDING')
  const build = await house.until(id, isStopped)
  expect(build).toMatchObject({ state_reason: reason, waiting_for: [], stopped_by: null })
  expect(
    build.components.map((component) => [component.package, component.state_name, component.state_reason]),
  ).toEqual([
    ['module-build-macros', 'COMPLETE', null],
    ['running', 'CANCELED', reason],
    ['waiting', 'CANCELED', reason],
  ])

  expect(await children()).toEqual([])
  const attempts = path.join(await house.buildsDir(), 'attempts')
  expect(await processesOf(path.join(attempts, 'start.lock'))).toEqual([])
  expect(await readdir(path.join(attempts, 'queued'))).toEqual([])
  expect(await readdir(path.join(attempts, 'running'))).toEqual([])
  const folders = (await readdir(attempts)).filter((name) => /^\d+$/.test(name))
  expect(folders).toHaveLength(3)
  for (const folder of folders) expect(await readdir(path.join(attempts, folder))).not.toContain('work')
  expect(await readFile('/proc/mounts', 'utf8')).not.toContain(house.dataDir)
  // The queued builds have never begun, and do not begin although there is a free place now.
  await sleep(1000)
  expect(await children()).toEqual([])
  expect(await readdir(path.join(attempts, 'running'))).toEqual([])
})
