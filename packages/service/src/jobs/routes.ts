import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import type { Database } from '../database/index.ts'
import { callerOf, plainText, rowId } from '../http/index.ts'
import type { Engine } from './engine.ts'
import { failEffect, retryEffect } from './operate.ts'
import { effectStates, listEffects, type EffectRow, type EffectState } from './store/index.ts'

const state = Type.Enum([...effectStates])

/** What an operator may have to look at. */
const open: EffectState[] = ['queued', 'parked']

/** The most effects that one answer lists. */
const listMax = 200

/** What operators need when a bug has stopped something, or when they know better than a budget. */
export function effectRoutes(parts: { database: Database; engine: Engine }): FastifyPluginAsyncTypebox {
  const withId = { params: Type.Object({ id: rowId }) }
  return async (app) => {
    await Promise.resolve()
    app.get(
      '/effects/',
      {
        schema: {
          querystring: Type.Object({
            state: Type.Optional(Type.Union([state, Type.Array(state, { minItems: 1 })])),
            subject: Type.Optional(Type.String({ pattern: '^[a-z-]+:[0-9]+$' })),
          }),
        },
      },
      async ({ query: { state = open, subject } }) => {
        const filter = { states: [state].flat(), ...(subject === undefined ? {} : { subject }) }
        return { items: (await listEffects(parts.database, filter, listMax)).map(present) }
      },
    )
    app.post('/effects/:id/retry', { config: { may: 'operate' }, schema: withId }, async ({ params }) =>
      present(await retryEffect(parts, params.id)),
    )
    app.post(
      '/effects/:id/fail',
      {
        config: { may: 'operate' },
        schema: {
          ...withId,
          body: Type.Object(
            { owner: Type.Optional(plainText(200)), reason: Type.Optional(plainText(1000)) },
            { additionalProperties: false },
          ),
        },
      },
      async (request) => {
        const { name } = callerOf(request)
        const { owner = name, reason = null } = request.body
        return present(await failEffect(parts, request.params.id, owner, reason))
      },
    )
  }
}

function present({ id, subject, kind, payload, state, attempt, error, blame, ...times }: EffectRow) {
  const { created_at, finished_at } = times
  return { id, subject, kind, payload, state, attempt, error, blame, created_at, finished_at }
}
