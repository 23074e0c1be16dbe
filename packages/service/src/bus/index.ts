/** What the service tells the world: an outbox in the database, relayed to the subscribers of this process. */
export { Outbox } from './outbox.ts'
export type { Message, Subscriber } from './outbox.ts'
