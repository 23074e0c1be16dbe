import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Broker, brokerIsInstalled } from './support/broker.ts'
import { moduleDocument } from './support/dist-git.ts'
import { openHouse, type House } from './support/house.ts'

describe.skipIf(!brokerIsInstalled)('a service on RabbitMQ (needs rabbitmq-server)', () => {
  let broker: Broker
  let house: House
  beforeAll(async () => {
    broker = await Broker.start()
    house = await openHouse({ config: { 'bus.url': broker.url, 'bus.topicPrefix': 'org.example.dev' } })
    await house.distGit.commit('rpms/a', 'main', { 'a.spec': '' })
  })
  afterAll(async () => {
    await house.close()
    await broker.remove()
  })

  /** The states of a module build that the bus has delivered, without repetitions. */
  const told = (id: number) =>
    [...new Map(house.messages.map((message) => [message.uuid, message])).values()]
      .filter(({ topic, body }) => topic === 'module.state.change' && body['id'] === id)
      .map(({ body }) => body['state_name'])
  const everyState = ['init', 'wait', 'build', 'done', 'ready']
  const build = async (name: string) =>
    house.build(await house.distGit.module(name, moduleDocument({ a: 1 })))
  const unpublished = async () =>
    Number(/^mbs_messages_unpublished (\d+)$/m.exec((await house.request('GET', '/metrics')).text)?.[1])

  test('builds go on while the broker is away, and it is told everything when it is back', async () => {
    const before = await build('before')
    await expect.poll(() => told(before.id)).toEqual(everyState)
    // A message may have arrived whose confirmation has not: it would be counted below.
    await expect.poll(unpublished).toBe(0)
    await broker.kill()
    const during = await build('during')
    expect(during.state_name).toBe('ready')
    expect(told(during.id)).toEqual([])
    // Five states, and two components that begin and end.
    expect(await unpublished()).toBe(9)
    await broker.start()
    await expect.poll(() => told(during.id)).toEqual(everyState)
    await expect.poll(unpublished).toBe(0)
  })

  test('a service starts while the broker is away', async () => {
    await broker.kill()
    await house.restart()
    expect((await house.request('GET', '/readyz')).status).toBe(200)
    const { id } = await build('alone')
    await broker.start()
    await expect.poll(() => told(id)).toEqual(everyState)
  })
})
