import type { Bus, Message, Subscriber } from './bus.ts'

/** The bus of a service without a broker. Only the subscribers of this process receive its messages. */
export class InProcessBus implements Bus {
  private readonly subscribers: Subscriber[] = []

  async publish(message: Message): Promise<void> {
    for (const subscriber of this.subscribers) await subscriber(message)
  }

  subscribe(subscriber: Subscriber): void {
    this.subscribers.push(subscriber)
  }

  close(): Promise<void> {
    return Promise.resolve()
  }
}
