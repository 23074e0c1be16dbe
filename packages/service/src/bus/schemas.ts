import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { UserError } from '../errors.ts'
import { listOf } from '../http/index.ts'
import { schemaName } from './envelope.ts'

/** The form of the messages under one topic. Later versions may add fields, and never remove one. */
export interface MessageSchema {
  topic: string
  body: Type.TSchema
  /** Returns the fields of a message for the log. */
  logFields: (body: Readonly<Record<string, unknown>>) => Record<string, unknown>
}

const schemaAnswer = {
  description: 'a JSON schema',
  content: {
    'application/schema+json': { schema: Type.Unsafe<string>(Type.Record(Type.String(), Type.Unknown())) },
  },
}

/** Serves the JSON schemas of message bodies, under the name that the header `fedora_messaging_schema` gives. */
export function messageSchemaRoutes(schemas: readonly MessageSchema[]): FastifyPluginAsyncTypebox {
  const byName = new Map(schemas.map(({ topic, body }) => [schemaName(topic), body]))
  return async (app) => {
    await Promise.resolve()
    app.get('/message-schemas/', { schema: { response: { 200: listOf(Type.String()) } } }, () => ({
      items: [...byName.keys()],
    }))
    app.get(
      '/message-schemas/:name',
      { schema: { params: Type.Object({ name: Type.String() }), response: { 200: schemaAnswer } } },
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
