import pg from 'pg'
import { afterEach, describe, expect, test } from 'vitest'
import { FakeBuilder } from '../src/builders/fake/fake-builder.ts'
import { InfraError } from '../src/errors.ts'
import { moduleDocument } from './support/dist-git.ts'
import { openHouse, type BuildView, type House } from './support/house.ts'

interface EffectView {
  id: number
  subject: string
  kind: string
  state: string
  attempt: number
  error: string | null
  blame: string | null
}

let house: House
afterEach(() => house.close())

/** Submits a module with one component; returns the build's number. */
async function submit(): Promise<number> {
  await house.distGit.commit('rpms/a', 'main', { 'a.spec': '' })
  const answer = await house.submit(await house.distGit.module('m', moduleDocument({ a: 1 })))
  return (answer.json as BuildView[])[0]?.id ?? 0
}

async function effects(query = ''): Promise<EffectView[]> {
  return ((await house.request('GET', `/effects/?per_page=100&${query}`)).json as { items: EffectView[] })
    .items
}

async function inDatabase(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: house.database.url })
  await client.connect()
  await client.query(statement).finally(() => client.end())
}

const isStopped = ({ stopped_by }: BuildView) => stopped_by !== null
const isReady = ({ state_name }: BuildView) => state_name === 'ready'

describe('an effect that a bug has parked', () => {
  class Broken extends FakeBuilder {
    broken = true
    override async connect(...plan: Parameters<FakeBuilder['connect']>): Promise<void> {
      if (this.broken) throw new TypeError('x is undefined')
      await super.connect(...plan)
    }
  }
  const open = async () => {
    const builders: Broken[] = []
    house = await openHouse({
      builder: (parts) => {
        const builder = new Broken(parts)
        builders.push(builder)
        return builder
      },
    })
    const id = await submit()
    await house.until(id, isStopped)
    const [effect] = await effects('state=parked')
    if (effect === undefined) throw new Error('nothing is parked')
    const mend = () => builders.forEach((builder) => (builder.broken = false))
    return { id, effect, mend }
  }

  test('is listed, is tried again when an operator says so, and the build goes on', async () => {
    const { id, effect, mend } = await open()
    expect(effect).toMatchObject({
      subject: `module-build:${id}`,
      kind: 'connect-buildroot',
      state: 'parked',
      attempt: 1,
      error: 'x is undefined',
      blame: 'bug',
    })
    mend()
    const answer = await house.request('POST', `/effects/${effect.id}/retry`)
    expect(answer).toMatchObject({ status: 200, json: { id: effect.id, attempt: 2 } })
    expect(await house.until(id, isReady)).toMatchObject({ stopped_by: null })
    const again = await house.request('POST', `/effects/${effect.id}/retry`)
    expect(again).toMatchObject({
      status: 409,
      json: { message: `Effect ${effect.id} (connect-buildroot) is done, not parked.` },
    })
  })

  test('is given up when an operator says so, with the reason', async () => {
    const { id, effect } = await open()
    const body = { owner: 'ada', reason: 'the module is wrong' }
    expect((await house.request('POST', `/effects/${effect.id}/fail`, body)).status).toBe(200)
    const build = await house.until(id, ({ state_name }) => state_name === 'failed')
    expect(build).toMatchObject({
      state_reason: 'Given up by ada. the module is wrong',
      stopped_by: null,
      waiting_for: [],
    })
    expect((await house.request('POST', '/effects/999999/fail', {})).status).toBe(404)
  })
})

test('an operator ends the wait for a neighbour that stays away', async () => {
  class Away extends FakeBuilder {
    override connect(): Promise<void> {
      return Promise.reject(new InfraError('hub', 'it is restarting'))
    }
  }
  house = await openHouse({ builder: (parts) => new Away(parts) })
  const id = await submit()
  await house.until(id, ({ waiting_for }) =>
    waiting_for.some(({ sentence }) => sentence.includes('attempt 3')),
  )
  const [effect] = await effects(`subject=module-build:${id}`)
  expect(effect).toMatchObject({ state: 'queued', blame: 'infra' })
  expect((await house.request('POST', `/effects/${effect?.id ?? 0}/fail`, { owner: 'ada' })).status).toBe(200)
  const build = await house.until(id, ({ state_name }) => state_name === 'failed')
  expect(build.state_reason).toBe('Given up by ada.')
})

test('giving up an attempt that is just being started keeps it from running on', async () => {
  const cancelled: number[] = []
  const building = Promise.withResolvers<undefined>()
  const goOn = Promise.withResolvers<undefined>()
  class Slow extends FakeBuilder {
    override async build(...[plan, attempt]: Parameters<FakeBuilder['build']>): Promise<number> {
      if (plan.package === 'a') {
        building.resolve(undefined)
        await goOn.promise
      }
      return super.build(plan, attempt)
    }
    override cancelBuild(
      ...[attempt, task]: Parameters<FakeBuilder['cancelBuild']>
    ): Promise<string | undefined> {
      cancelled.push(attempt)
      return super.cancelBuild(attempt, task)
    }
  }
  house = await openHouse({
    builder: (parts) => new Slow(parts, { outcomes: { a: ['endless'] } }),
  })
  const id = await submit()
  await building.promise
  const start = (await effects(`subject=module-build:${id}`)).find(({ kind }) => kind === 'start-component')
  const route = `/effects/${start?.id ?? 0}/fail`
  expect((await house.request('POST', route, { owner: 'ada' })).status).toBe(200)
  const build = await house.until(id, ({ state_name }) => state_name === 'failed')
  expect(build.state_reason).toContain('Component(s) a failed to build. Given up by ada.')
  await expect.poll(() => cancelled).toEqual([start?.id])
  goOn.resolve(undefined)
})

test('a compose whose first turn a bug stops goes on when that is tried again', async () => {
  house = await openHouse()
  await inDatabase(`
    create function broken() returns trigger language plpgsql as $$ begin raise 'cursed'; end $$;
    create trigger broken before insert on effects for each row when (new.kind = 'assemble') execute function broken()`)
  const { json } = await house.request('POST', '/composes/', { platform: 'test' })
  const { id } = json as { id: number }
  await expect.poll(async () => (await effects('state=parked')).map(({ kind }) => kind)).toEqual(['turn'])
  const [turn] = await effects('state=parked')
  expect(turn).toMatchObject({ subject: `compose:${id}` })
  await inDatabase('drop trigger broken on effects')
  expect((await house.request('POST', `/effects/${turn?.id ?? 0}/retry`)).status).toBe(200)
  await expect
    .poll(async () => (await house.request('GET', `/composes/${id}`)).json)
    .not.toMatchObject({ state_name: 'requested' })
  expect(await effects()).toEqual([])
})

test('numbers and texts that no database takes are refused as what they are', async () => {
  house = await openHouse()
  for (const id of ['100000000000000000000', '1e20', '2147483648', '0', 'x'])
    expect((await house.request('POST', `/effects/${id}/retry`)).status).toBe(400)
  const { status, json } = await house.request('POST', '/effects/1/fail', { reason: 'a\u0000b' })
  expect(status).toBe(400)
  expect(json).toMatchObject({ where: 'reason' })
  expect((await house.request('GET', '/module-build-service/2/module-builds/99999999999')).status).toBe(400)
  expect((await house.request('GET', '/metrics')).text).not.toContain('mbs_bugs_total{')
})

test('a turn that a bug stops is shown, and goes on when it is tried again', async () => {
  house = await openHouse({ script: { openLooks: 3 } })
  await inDatabase(`
    create function broken() returns trigger language plpgsql as $$ begin raise 'the row is cursed'; end $$;
    create trigger broken before update on module_builds for each row when (new.state = 'done') execute function broken()`)
  const id = await submit()
  const stopped = await house.until(id, isStopped)
  expect(stopped).toMatchObject({
    state_name: 'build',
    stopped_by: expect.stringMatching(/^stopped by a bug \(effect \d+, turn\): the row is cursed$/) as string,
  })
  const [turn] = await effects('state=parked')
  expect(await house.request('POST', `/effects/${turn?.id ?? 0}/fail`, {})).toMatchObject({ status: 400 })
  await inDatabase('drop trigger broken on module_builds')
  expect((await house.request('POST', `/effects/${turn?.id ?? 0}/retry`)).status).toBe(200)
  expect(await house.until(id, isReady)).toMatchObject({ stopped_by: null })
})

test('a service that starts makes anew what the queue has lost, and doubles nothing', async () => {
  house = await openHouse({ script: { buildrootLooks: 1 } })
  const id = await submit()
  await house.stop()
  await inDatabase('truncate pgboss.job')
  await house.restart()
  const build = await house.until(id, isReady)
  expect(build.components.map(({ attempt }) => attempt)).toEqual([1, 1])
  // The sweep changes no existing job.
  await house.restart()
  expect(await effects()).toEqual([])
})
