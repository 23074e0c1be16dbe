import { setTimeout as realDelay } from 'node:timers/promises'
import { Connection, type AsyncMessage, type Consumer, type Publisher } from 'rabbitmq-client'
import { InfraError, messageOf } from '../errors.ts'
import type { Bus, Message, Subscriber } from './bus.ts'
import { envelopeOf, messageFrom } from './envelope.ts'

export interface AmqpOptions {
  /** `amqp://` or `amqps://`, with user, password and virtual host. */
  url: string
  /** A topic exchange. The bus declares it where it is missing, unless its name begins with `amq.`. */
  exchange: string
  /** Prefix of every topic, for example `org.fedoraproject.prod`; may be empty. */
  topicPrefix: string
  /** Holds the messages for the subscribers of all processes. The broker delivers to only one process at a time. */
  queue: string
  /** Receives the errors of the broker and of subscribers. The bus retries by itself. */
  onTrouble: (error: unknown) => void
}

/** A message without the broker's confirmation after this time counts as not accepted. */
const confirmMs = 10_000

/** The broker deletes a queue without a consumer after this time; otherwise it would grow for ever. */
const queueExpiresMs = 7 * 24 * 3600_000

/** Time limit for closing in good order. */
const closeMs = 3000

/** Pause between two calls of a subscriber that failed. */
const againMs = 1000

/**
 * RabbitMQ, in the wire form of fedora-messaging: a topic exchange, persistent messages with publisher confirms. The
 * client reconnects by itself, with exchange, queue and consumer.
 */
export class AmqpBus implements Bus {
  private readonly connection: Connection
  private readonly publisher: Publisher
  private readonly options: AmqpOptions
  private readonly subscribers: Subscriber[] = []
  private consumer: Consumer | undefined
  private closing = false

  /** Connects in the background: a service starts even while its broker is unavailable. */
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
    // Without this check the client would keep the message until it is connected again, and the order of messages would
    // be lost.
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
      throw new InfraError('bus', `the broker did not accept the message (${messageOf(error)})`, {
        cause: error,
      })
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
    // A broker that is unavailable or does not answer must not delay the end of the service.
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
          // Only one process at a time consumes, because two would lose the order.
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
      const sentence = `a message under ${delivery.routingKey} has an unknown form and is dropped`
      this.options.onTrouble(new Error(sentence))
      return
    }
    for (const subscriber of this.subscribers) await this.insist(message, subscriber)
  }

  /** Repeats until the subscriber has accepted the message: later messages must not overtake it. */
  private async insist(message: Message, subscriber: Subscriber): Promise<void> {
    for (;;) {
      try {
        await subscriber(message)
        return
      } catch (error) {
        this.options.onTrouble(error)
        // The message stays in the queue.
        if (this.closing) throw error
        await realDelay(againMs, undefined, { ref: false })
      }
    }
  }

  private exchange() {
    const { exchange } = this.options
    // Declaring one of the broker's own exchanges needs rights that a publisher often lacks.
    return { exchange, type: 'topic', durable: true, passive: exchange.startsWith('amq.') }
  }
}
