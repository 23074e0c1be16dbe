/** The messages of the service: an outbox in the database, relayed to the bus. */
export { AmqpBus } from './amqp-bus.ts'
export { eventRoutes } from './event-routes.ts'
export { InProcessBus } from './in-process-bus.ts'
export { Outbox } from './outbox.ts'
export { messageSchemaRoutes } from './schemas.ts'
export type { MessageSchema } from './schemas.ts'
export type { Bus, Message, Subscriber } from './bus.ts'
