import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { Connection, type AsyncMessage } from 'rabbitmq-client'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { Broker, brokerIsInstalled } from '../../test/support/broker.ts'
import { InfraError } from '../errors.ts'
import { AmqpBus } from './amqp-bus.ts'
import type { Message } from './bus.ts'

function message(number: number, topic = 'module.state.change'): Message {
  const sentAt = new Date('2026-11-01T10:00:00.123Z')
  return { uuid: randomUUID(), topic, body: { id: 7, number }, sentAt }
}

describe.skipIf(!brokerIsInstalled)('the bus on RabbitMQ (needs rabbitmq-server)', () => {
  let broker: Broker
  const open: AmqpBus[] = []
  beforeAll(async () => {
    broker = await Broker.start()
  })
  afterEach(async () => {
    await Promise.all(open.splice(0).map((bus) => bus.close()))
  })
  afterAll(() => broker.remove())

  const bus = (options: { queue: string; url?: string; exchange?: string; topicPrefix?: string }) => {
    const made = new AmqpBus({
      url: broker.url,
      exchange: 'amq.topic',
      topicPrefix: 'org.example.dev',
      onTrouble: () => undefined,
      ...options,
    })
    open.push(made)
    return made
  }
  /** Publishes as the outbox does: it retries a message that the broker did not accept before the next one. */
  const insist = async (on: AmqpBus, what: Message) => {
    for (;;) {
      try {
        await on.publish(what)
        return
      } catch (error) {
        expect(error).toBeInstanceOf(InfraError)
        await sleep(100)
      }
    }
  }
  const numbers = (messages: readonly Message[]) => messages.map(({ body }) => body['number'])
  const firsts = (messages: readonly Message[]) => [
    ...new Map(messages.map((one) => [one.uuid, one])).values(),
  ]

  test('a message has topic, headers and body as consumers of fedora-messaging read them', async () => {
    const connection = new Connection(broker.url)
    const delivered = Promise.withResolvers<AsyncMessage>()
    const consumer = connection.createConsumer(
      {
        queueOptions: { exclusive: true },
        queueBindings: [{ exchange: 'amq.topic', routingKey: 'org.example.dev.mbs.#' }],
      },
      (delivery) => delivered.resolve(delivery),
    )
    await new Promise((resolve) => consumer.once('ready', resolve))
    const sent = message(1)
    await insist(bus({ queue: 'envelope' }), sent)
    const delivery = await delivered.promise
    expect(delivery).toMatchObject({
      routingKey: 'org.example.dev.mbs.module.state.change',
      messageId: sent.uuid,
      contentType: 'application/json',
      contentEncoding: 'utf-8',
      durable: true,
      headers: {
        fedora_messaging_schema: 'mbs.module.state.change',
        fedora_messaging_severity: 20,
        'sent-at': '2026-11-01T10:00:00+00:00',
        priority: 0,
      },
    })
    expect(JSON.parse(String(delivery.body))).toEqual(sent.body)
    await consumer.close()
    await connection.close()
  })

  test('a subscriber gets every message in order, the one that it did not take again', async () => {
    const own = bus({ queue: 'order' })
    const got: Message[] = []
    let refusals = 2
    own.subscribe((one) => {
      got.push(one)
      if (one.body['number'] === 1 && refusals-- > 0) throw new Error('not now')
    })
    await sleep(500)
    const sent = [0, 1, 2, 3].map((number) => message(number))
    for (const one of sent) await insist(own, one)
    await expect.poll(() => got.length).toBe(6)
    expect(numbers(got)).toEqual([0, 1, 1, 1, 2, 3])
    expect(firsts(got)).toEqual(sent.map((one) => ({ ...one, sentAt: new Date('2026-11-01T10:00:00Z') })))
  })

  test('of two processes one is handed messages, and the other when that is gone', async () => {
    const got: string[] = []
    const [first, second] = [bus({ queue: 'two' }), bus({ queue: 'two' })]
    first.subscribe((one) => void got.push(`first ${String(one.body['number'])}`))
    await sleep(500)
    second.subscribe((one) => void got.push(`second ${String(one.body['number'])}`))
    await sleep(500)
    const publisher = bus({ queue: 'unused' })
    for (const number of [0, 1]) await insist(publisher, message(number))
    await expect.poll(() => got).toEqual(['first 0', 'first 1'])
    await first.close()
    await insist(publisher, message(2))
    await expect.poll(() => got).toEqual(['first 0', 'first 1', 'second 2'])
  })

  test('messages that are not of our form are dropped', async () => {
    const own = bus({ queue: 'hostile' })
    const got: Message[] = []
    own.subscribe((one) => void got.push(one))
    await sleep(500)
    const connection = new Connection(broker.url)
    const publisher = connection.createPublisher({ confirm: true })
    const route = { exchange: 'amq.topic', routingKey: 'org.example.dev.mbs.module.state.change' }
    const headers = { 'sent-at': '2026-11-01T10:00:00+00:00' }
    await publisher.send({ ...route, messageId: 'a', headers }, 'no JSON')
    await publisher.send({ ...route, messageId: 'b', headers, contentEncoding: 'utf-8' }, Buffer.from('[1]'))
    await publisher.send({ ...route, headers, contentEncoding: 'utf-8' }, Buffer.from('{}'))
    await publisher.send({ ...route, messageId: 'd', contentEncoding: 'utf-8' }, Buffer.from('{}'))
    const table = { 'sent-at': { toString: 1 } }
    await publisher.send(
      { ...route, messageId: 'e', headers: table, contentEncoding: 'utf-8' },
      Buffer.from('{}'),
    )
    await insist(own, message(5))
    await expect.poll(() => numbers(got)).toEqual([5])
    await publisher.close()
    await connection.close()
  })

  test('an exchange of one’s own is made', async () => {
    const own = bus({ queue: 'own', exchange: 'mbs.events', topicPrefix: '' })
    const got: Message[] = []
    // Every subscriber gets every message.
    for (const _ of [1, 2]) own.subscribe((one) => void got.push(one))
    await sleep(500)
    for (const number of [1, 2]) await insist(own, message(number))
    await expect.poll(() => numbers(got)).toEqual([1, 1, 2, 2])
  })

  test(
    'kill -9 of the broker under load loses nothing and keeps the order; publisher and consumer come back alone',
    { timeout: 120_000 },
    async () => {
      const own = bus({ queue: 'killed' })
      const got: Message[] = []
      own.subscribe((one) => void got.push(one))
      await sleep(500)
      const total = 600
      const publishing = (async () => {
        for (let number = 0; number < total; number++) await insist(own, message(number))
      })()
      for (const share of [0.2, 0.5]) {
        while (firsts(got).length < total * share) await sleep(10)
        await broker.kill()
        await broker.start()
      }
      await publishing
      await expect.poll(() => firsts(got).length).toBe(total)
      expect(numbers(firsts(got))).toEqual(Array.from({ length: total }, (_, number) => number))
    },
  )

  test('a broker that does not answer keeps nobody from closing', async () => {
    const own = bus({ queue: 'frozen' })
    own.subscribe(() => undefined)
    await insist(own, message(1))
    broker.freeze()
    try {
      const began = performance.now()
      await own.close()
      expect(performance.now() - began).toBeLessThan(30_000)
    } finally {
      broker.thaw()
    }
  })

  test('a broker that is not there takes no message, at once, and closing does not wait for it', async () => {
    const own = bus({ queue: 'away', url: 'amqp://127.0.0.1:1' })
    const began = performance.now()
    await expect(own.publish(message(1))).rejects.toThrow('bus: the broker is not connected')
    await own.close()
    expect(performance.now() - began).toBeLessThan(30_000)
  })
})
