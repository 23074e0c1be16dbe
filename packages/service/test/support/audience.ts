import { Connection, type AsyncMessage } from 'rabbitmq-client'

interface Heard {
  uuid: string
  topic: string
  body: Record<string, unknown>
}

/** A consumer outside the service: a durable queue of its own. */
export class Audience {
  readonly messages: Heard[] = []
  readonly ready: Promise<unknown>
  private readonly connection: Connection

  constructor(url: string) {
    this.connection = new Connection({ url, retryLow: 500, retryHigh: 2000 })
    this.connection.on('error', () => undefined)
    const consumer = this.connection.createConsumer(
      {
        queue: 'audience',
        queueOptions: { durable: true },
        queueBindings: [{ exchange: 'amq.topic', routingKey: 'mbs.#' }],
        concurrency: 1,
      },
      (delivery) => this.hear(delivery),
    )
    consumer.on('error', () => undefined)
    this.ready = new Promise((resolve) => consumer.once('ready', () => resolve(undefined)))
  }

  /** Returns the states of a module build, in the order of their first messages. */
  told(id: number): string {
    return this.firsts('mbs.module.state.change', ({ body }) => body['id'] === id)
  }

  toldOf(id: number, name: string): string {
    return this.firsts(
      'mbs.component.state.change',
      ({ body }) => body['module_build'] === id && body['package'] === name,
    )
  }

  async close(): Promise<void> {
    this.connection.unsafeDestroy()
    await Promise.resolve()
  }

  private firsts(topic: string, is: (heard: Heard) => boolean): string {
    const chosen = this.messages.filter((heard) => heard.topic === topic && is(heard))
    return [...new Map(chosen.map((heard) => [heard.uuid, heard])).values()]
      .map(({ body }) => String(body['state_name']))
      .join()
  }

  private hear({ messageId, routingKey, body }: AsyncMessage): void {
    this.messages.push({
      uuid: messageId ?? '',
      topic: routingKey,
      body: JSON.parse(String(body)) as Record<string, unknown>,
    })
  }
}
