import { afterEach, expect, test } from 'vitest'
import { FakeBuilder } from '../src/builders/fake/fake-builder.ts'
import { InfraError } from '../src/errors.ts'
import { moduleDocument } from './support/dist-git.ts'
import { openHouse, type House } from './support/house.ts'

let house: House
afterEach(() => house.close())

/** Returns the samples by `name{labels}`. */
async function metrics(): Promise<Map<string, number>> {
  const { text } = await house.request('GET', '/metrics')
  return new Map(
    text
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line): [string, number] => {
        const at = line.lastIndexOf(' ')
        return [line.slice(0, at), Number(line.slice(at + 1))]
      }),
  )
}

test('metrics count every state, queue, wait, retry and fault', async () => {
  class Shaky extends FakeBuilder {
    private calls = 0
    override async connect(...plan: Parameters<FakeBuilder['connect']>): Promise<void> {
      if (this.calls++ === 0) throw new InfraError('hub', 'it is restarting')
      await super.connect(...plan)
    }
  }
  const script = { outcomes: { a: ['lost', 'complete'], b: ['failed'], c: ['endless'] } } as const
  house = await openHouse({ builder: (parts) => new Shaky(parts, script) })
  for (const name of ['a', 'b', 'c'])
    await house.distGit.commit(`rpms/${name}`, 'main', { [`${name}.spec`]: '' })
  await house.build(await house.distGit.module('good', moduleDocument({ a: 1 })))
  await house.build(await house.distGit.module('bad', moduleDocument({ b: 1 })))
  const answer = await house.submit(await house.distGit.module('long', moduleDocument({ c: 1 })))
  const [{ id } = { id: 0 }] = answer.json as { id: number }[]
  await house.until(id, ({ waiting_for }) => waiting_for.some(({ sentence }) => sentence === 'c: rpmbuild'))

  const seen = await metrics()
  const states = ['init', 'wait', 'build', 'done', 'failed', 'ready', 'garbage']
  expect(states.map((state) => seen.get(`mbs_module_builds{state="${state}"}`))).toEqual([
    // The platform is in the state ready, too.
    0, 0, 1, 0, 1, 2, 0,
  ])
  const components = ['waiting', 'building', 'complete', 'failed', 'canceled']
  expect(components.map((state) => seen.get(`mbs_component_builds{state="${state}"}`))).toEqual([
    0, 1, 1, 0, 0,
  ])
  for (const state of ['requested', 'finished', 'failed'])
    expect(seen.get(`mbs_composes{state="${state}"}`)).toBe(0)
  for (const queue of ['turns', 'effects'])
    for (const state of ['ready', 'deferred', 'active', 'failed'])
      expect(seen.get(`mbs_jobs{queue="${queue}",state="${state}"}`)).toBeTypeOf('number')
  expect(seen.get('mbs_waits{kind="component"}')).toBe(1)
  expect(seen.get('mbs_wait_oldest_seconds{kind="component"}')).toBeGreaterThan(0)
  expect(seen.get('mbs_effects_total{kind="connect-buildroot",outcome="infra"}')).toBe(1)
  expect(seen.get('mbs_effects_total{kind="connect-buildroot",outcome="done"}')).toBe(3)
  expect(seen.get('mbs_faults_total{service="hub"}')).toBe(1)
  expect(seen.get('mbs_component_attempts_lost_total')).toBe(1)
  expect(seen.get('mbs_turns_total{kind="module-build",outcome="done"}')).toBeGreaterThan(10)
  await expect
    .poll(async () => (await metrics()).get('mbs_messages_published_total{topic="module.state.change"}'))
    .toBe(13)
  // The platform became ready, too.
  expect((await metrics()).get('mbs_messages_received_total{topic="module.state.change"}')).toBe(13)
  expect(seen.get('mbs_messages_unpublished')).toBeTypeOf('number')
  expect(seen.get('mbs_messages_oldest_seconds')).toBeTypeOf('number')
  const route = 'method="GET",route="/module-build-service/:version/module-builds/:id",status="200"'
  expect(seen.get(`mbs_http_request_seconds_count{${route}}`)).toBeGreaterThan(0)
  expect([...seen.keys()]).toContain('mbs_process_resident_memory_bytes')
})

test('it says whether it lives, and whether it is of use', async () => {
  house = await openHouse()
  expect(await house.request('GET', '/healthz')).toMatchObject({ status: 200, json: { status: 'ok' } })
  expect(await house.request('GET', '/readyz')).toMatchObject({
    status: 200,
    json: { status: 'ready', checks: { database: 'ok' } },
  })
  await house.database.drop()
  expect(await house.request('GET', '/readyz')).toMatchObject({
    status: 503,
    json: { status: 'not ready', checks: { database: expect.stringMatching(/./) as string } },
  })
  expect((await house.request('GET', '/healthz')).status).toBe(200)
  // The service still reports the facts of the process itself.
  const seen = await metrics()
  expect(seen.has('mbs_module_builds{state="ready"}')).toBe(false)
  expect([...seen.keys()]).toContain('mbs_process_resident_memory_bytes')
})

test('the schemas of messages are served under the names that messages give', async () => {
  house = await openHouse()
  const { json } = await house.request('GET', '/message-schemas/')
  const { items } = json as { items: string[] }
  expect(items).toEqual(['mbs.module.state.change', 'mbs.component.state.change', 'mbs.compose.state.change'])
  for (const name of items)
    expect((await house.request('GET', `/message-schemas/${name}`)).json).toMatchObject({
      $schema: 'http://json-schema.org/draft-07/schema#',
      type: 'object',
      required: expect.arrayContaining(['id', 'state_name']) as string[],
    })
  expect((await house.request('GET', '/message-schemas/none')).status).toBe(404)
})
