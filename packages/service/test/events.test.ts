import net from 'node:net'
import { sql } from 'kysely'
import { createClient, streamEvents, type StreamedEvent } from '@mbs/client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { connect, inTransaction } from '../src/database/index.ts'
import { moduleDocument } from './support/dist-git.ts'
import { openHouse, type BuildView, type House } from './support/house.ts'

let house: House
beforeAll(async () => {
  house = await openHouse({ script: { outcomes: { endless: ['endless'] } } })
  for (const name of ['a', 'endless'])
    await house.distGit.commit(`rpms/${name}`, 'main', { [`${name}.spec`]: '' })
})
afterAll(() => house.close())

async function take(
  options: Parameters<typeof streamEvents>[1],
  until: (event: StreamedEvent) => boolean,
): Promise<StreamedEvent[]> {
  const stop = new AbortController()
  const taken: StreamedEvent[] = []
  for await (const event of streamEvents(house.url(), { ...options, signal: stop.signal })) {
    taken.push(event)
    if (until(event)) break
  }
  stop.abort()
  return taken
}

const isReady = ({ body }: StreamedEvent) => body['state_name'] === 'ready'

test('one build is told from its first event on, while it goes on; a stream goes on where another ended', async () => {
  const submission = await house.distGit.module('streamed', moduleDocument({ a: 1 }))
  const [{ id } = { id: 0 }] = (await house.submit(submission)).json as BuildView[]
  const events = await take({ build: id }, isReady)
  const states = (list: StreamedEvent[]) =>
    list.flatMap(({ topic, body }) => (topic === 'module.state.change' ? [body['state_name']] : []))
  expect(states(events)).toEqual(['init', 'wait', 'build', 'done', 'ready'])
  expect(new Set(events.map((event) => event.id)).size).toBe(events.length)
  expect(
    events.some(({ topic, body }) => topic === 'component.state.change' && body['package'] === 'a'),
  ).toBe(true)
  const third = events[2]?.id ?? ''
  expect((await take({ build: id, after: third }, isReady)).map((event) => event.id)).toEqual(
    events.slice(3).map((event) => event.id),
  )
})

test('all builds are told from now on', async () => {
  const all = take({}, ({ body }) => body['name'] === 'fresh' && body['state_name'] === 'ready')
  // Gives the stream time to begin.
  await new Promise((resolve) => setTimeout(resolve, 1000))
  await house.build(await house.distGit.module('fresh', moduleDocument({ a: 1 })))
  const names = new Set((await all).map(({ body }) => body['name']).filter((name) => name !== undefined))
  expect([...names]).toEqual(['fresh'])
})

test('a slow reader gets all past events, and they do not wait in memory', async () => {
  const database = connect(house.database.url)
  const body = JSON.stringify({ text: 'x'.repeat(20_000) })
  await inTransaction(database, 'messages', (tx) =>
    sql`insert into messages (subject, revision, uuid, topic, body, created_at, published_at)
      select 'module-build:999', n, gen_random_uuid(), 'slow', ${body}::jsonb, now(), now() from generate_series(1, 600) n`.execute(
      tx,
    ),
  )
  await database.destroy()
  const { hostname, port } = new URL(house.url())
  const socket = net.connect(Number(port), hostname)
  socket.write(`GET /module-build-service/2/module-builds/999/events HTTP/1.1\r\nHost: ${hostname}\r\n\r\n`)
  socket.pause()
  await new Promise((resolve) => setTimeout(resolve, 1500))
  let told = 0
  for await (const part of socket.setEncoding('utf8')) {
    told += String(part).split('event: slow').length - 1
    if (told >= 600) break
  }
  expect(told).toBe(600)
  socket.destroy()
})

test('the number of event streams is limited', async () => {
  const { hostname, port } = new URL(house.url())
  const sockets: net.Socket[] = []
  const heads: string[] = []
  for (let count = 0; count < 501; count++) {
    const socket = net.connect(Number(port), hostname)
    socket.setEncoding('utf8').once('data', (part: string) => heads.push(part.slice(0, 12)))
    socket.write(`GET /module-build-service/2/events HTTP/1.1\r\nHost: ${hostname}\r\n\r\n`)
    sockets.push(socket)
  }
  while (heads.length < 501) await new Promise((resolve) => setTimeout(resolve, 50))
  for (const socket of sockets) socket.destroy()
  expect(heads.filter((head) => head === 'HTTP/1.1 200').length).toBeLessThanOrEqual(500)
  expect(heads).toContain('HTTP/1.1 503')
})

test('the service stops though somebody listens', async () => {
  const stream = await fetch(`${house.url()}/module-build-service/2/events`)
  await house.restart()
  expect(await stream.text()).toMatch(/^(?:: .*\n\n)+$/)
})

test('the client knows the API’s forms', async () => {
  const client = createClient(`${house.url()}/`)
  const { data } = await client.GET('/module-build-service/{version}/module-builds/', {
    params: { path: { version: 2 }, query: { name: 'streamed', verbose: 'true' } },
  })
  expect(data?.items[0]).toMatchObject({ name: 'streamed', state_name: 'ready', arches: ['x86_64'] })
  const { error, response } = await client.GET('/module-build-service/{version}/module-builds/{id}', {
    params: { path: { version: 2, id: 1_000_000 } },
  })
  expect([response.status, error]).toEqual([404, expect.objectContaining({ error: 'Not Found' })])
})
