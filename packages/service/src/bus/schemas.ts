import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { UserError } from '../errors.ts'
import { schemaName } from './envelope.ts'

/** The form of the messages under one topic. Fields may be added to it, and none is taken away. */
export interface MessageSchema {
  topic: string
  body: Type.TSchema
}

/** Serves the JSON schemas of message bodies, under the name that the header `fedora_messaging_schema` gives. */
export function messageSchemaRoutes(schemas: readonly MessageSchema[]): FastifyPluginAsyncTypebox {
  const byName = new Map(schemas.map(({ topic, body }) => [schemaName(topic), body]))
  return async (app) => {
    await Promise.resolve()
    app.get('/message-schemas/', () => ({ items: [...byName.keys()] }))
    app.get(
      '/message-schemas/:name',
      { schema: { params: Type.Object({ name: Type.String() }) } },
      async ({ params: { name } }, reply) => {
        const schema = byName.get(name)
        if (schema === undefined)
          throw new UserError(
            404,
            `There is no message schema "${name}"; there are ${[...byName.keys()].join(', ')}.`,
          )
        return reply
          .type('application/schema+json')
          .send(JSON.stringify({ $schema: 'http://json-schema.org/draft-07/schema#', ...schema }))
      },
    )
  }
}
