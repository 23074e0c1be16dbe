/** A message in the form for consumers. */
export interface Message {
  /** The same for each delivery of the message, so that a consumer can detect a duplicate. */
  uuid: string
  /** Without the service's name and the deployment's prefix, for example `module.state.change`. */
  topic: string
  body: Record<string, unknown>
  /** The time of the change. */
  sentAt: Date
}

export type Subscriber = (message: Message) => Promise<void> | void

/** The carrier of messages: to the subscribers of this process, or to a broker. */
export interface Bus {
  /**
   * Resolves when the bus has safely accepted the message.
   *
   * @throws InfraError when the bus has not accepted it
   */
  publish(message: Message): Promise<void>
  /**
   * Delivers every message from now on, at least once, in the order of its subject. The bus retries until the
   * subscriber accepts the message.
   */
  subscribe(subscriber: Subscriber): void
  close(): Promise<void>
}
