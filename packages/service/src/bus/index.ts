/** What the service tells the world: an outbox in the database, relayed to the bus. */
export { AmqpBus } from './amqp-bus.ts'
export { eventRoutes } from './event-routes.ts'
export { InProcessBus } from './in-process-bus.ts'
export { Outbox } from './outbox.ts'
export { messageSchemaRoutes } from './schemas.ts'
export type { MessageSchema } from './schemas.ts'
export type { Bus, Message, Subscriber } from './bus.ts'
