import { setTimeout as realDelay } from 'node:timers/promises'
import { Connection, type AsyncMessage, type Consumer, type Publisher } from 'rabbitmq-client'
import { InfraError, messageOf } from '../errors.ts'
import type { Bus, Message, Subscriber } from './bus.ts'
import { envelopeOf, messageFrom } from './envelope.ts'

export interface AmqpOptions {
  /** `amqp://` or `amqps://`, with user, password and virtual host. */
  url: string
  /** A topic exchange; it is made where it is missing, unless its name begins with `amq.`. */
  exchange: string
  /** Stands before every topic, as in `org.fedoraproject.prod`; may be empty. */
  topicPrefix: string
  /** Where messages wait for the subscribers of all processes; only one process is handed them at a time. */
  queue: string
  /** What the broker says when it is not as it should be. It is tried again by itself. */
  onTrouble: (error: unknown) => void
}

/** A broker that has not confirmed a message for so long does not have it. */
const confirmMs = 10_000

/** A queue that nobody has consumed from for so long is deleted by the broker: it would grow for ever. */
const queueExpiresMs = 7 * 24 * 3600_000

/** So long an orderly end may take. */
const closeMs = 3000

/** Between two tries of a subscriber that failed. */
const againMs = 1000

/**
 * RabbitMQ, in the wire form of fedora-messaging: a topic exchange, persistent messages with publisher confirms. The
 * connection comes back by itself, with exchange, queue and consumer.
 */
export class AmqpBus implements Bus {
  private readonly connection: Connection
  private readonly publisher: Publisher
  private readonly options: AmqpOptions
  private readonly subscribers: Subscriber[] = []
  private consumer: Consumer | undefined
  private closing = false

  /** Connects in the background: a service starts although its broker is away. */
  constructor(options: AmqpOptions) {
    this.options = options
    this.connection = new Connection({
      url: options.url,
      connectionName: 'mbs',
      heartbeat: 10,
      retryLow: 500,
      retryHigh: 3000,
      acquireTimeout: confirmMs,
    })
    this.connection.on('error', options.onTrouble)
    this.publisher = this.connection.createPublisher({ confirm: true, exchanges: [this.exchange()] })
  }

  async publish(message: Message): Promise<void> {
    // Without this the client would keep it until there is a connection again, and its order would be nobody's.
    if (!this.connection.ready) throw new InfraError('bus', 'the broker is not connected')
    const { exchange, topicPrefix } = this.options
    const { body, properties, topic } = envelopeOf(message, topicPrefix)
    const late = new AbortController()
    try {
      await Promise.race([
        this.publisher.send({ ...properties, exchange, routingKey: topic }, body),
        realDelay(confirmMs, undefined, { signal: late.signal, ref: false }).then(() => {
          throw new Error(`it has not confirmed ${topic} within ${confirmMs / 1000} s`)
        }),
      ])
    } catch (error) {
      throw new InfraError('bus', `the broker took no message (${messageOf(error)})`, { cause: error })
    } finally {
      late.abort()
    }
  }

  subscribe(subscriber: Subscriber): void {
    this.subscribers.push(subscriber)
    this.consumer ??= this.consume()
  }

  async close(): Promise<void> {
    this.closing = true
    const late = new AbortController()
    const inOrder = async () => {
      await this.consumer?.close()
      await this.publisher.close()
      await this.connection.close()
    }
    // A broker that is away or does not answer must not keep us.
    if (this.connection.ready)
      await Promise.race([
        inOrder().catch(this.options.onTrouble),
        realDelay(closeMs, undefined, { signal: late.signal }).catch(() => undefined),
      ])
    late.abort()
    this.connection.unsafeDestroy()
  }

  private consume(): Consumer {
    const { queue, exchange, topicPrefix, onTrouble } = this.options
    const consumer = this.connection.createConsumer(
      {
        queue,
        queueOptions: {
          durable: true,
          // One process at a time, or the order would be lost between two of them.
          arguments: { 'x-single-active-consumer': true, 'x-expires': queueExpiresMs },
        },
        qos: { prefetchCount: 50 },
        concurrency: 1,
        exchanges: [this.exchange()],
        queueBindings: [{ exchange, routingKey: topicPrefix === '' ? 'mbs.#' : `${topicPrefix}.mbs.#` }],
      },
      (delivery) => this.deliver(delivery),
    )
    consumer.on('error', onTrouble)
    return consumer
  }

  private async deliver(delivery: AsyncMessage): Promise<void> {
    const message = messageFrom(delivery, this.options.topicPrefix)
    if (message === undefined) {
      const sentence = `a message under ${delivery.routingKey} is not of our form and is dropped`
      this.options.onTrouble(new Error(sentence))
      return
    }
    for (const subscriber of this.subscribers) await this.insist(message, subscriber)
  }

  /** Until the subscriber has taken it: those behind it must not overtake it. */
  private async insist(message: Message, subscriber: Subscriber): Promise<void> {
    for (;;) {
      try {
        await subscriber(message)
        return
      } catch (error) {
        this.options.onTrouble(error)
        // It stays in the queue.
        if (this.closing) throw error
        await realDelay(againMs, undefined, { ref: false })
      }
    }
  }

  private exchange() {
    const { exchange } = this.options
    // To declare one of the broker's own takes rights that a publisher often has not.
    return { exchange, type: 'topic', durable: true, passive: exchange.startsWith('amq.') }
  }
}
