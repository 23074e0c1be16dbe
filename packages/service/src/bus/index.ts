/** What the service tells the world: an outbox in the database, relayed to the bus. */
export { InProcessBus } from './in-process-bus.ts'
export { Outbox } from './outbox.ts'
export type { Bus, Message, Subscriber } from './bus.ts'
