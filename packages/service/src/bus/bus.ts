/** A message as consumers get it. */
export interface Message {
  /** The same when it comes again: by this a consumer knows a duplicate. */
  uuid: string
  /** Without service and prefix of the deployment, for example `module.state.change`. */
  topic: string
  body: Record<string, unknown>
  /** When what it tells was committed. */
  sentAt: Date
}

export type Subscriber = (message: Message) => Promise<void> | void

/** Where messages go: to the subscribers of this process, or to a broker. */
export interface Bus {
  /**
   * Ends when the message is safe with whoever carries it from here.
   *
   * @throws InfraError when it is not
   */
  publish(message: Message): Promise<void>
  /** Every message from now on, at least once, in the order of its subject; again and again until it is taken. */
  subscribe(subscriber: Subscriber): void
  close(): Promise<void>
}
