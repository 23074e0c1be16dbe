import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import type { Database } from '../database/index.ts'
import {
  apiError,
  callerOf,
  moment,
  offsetOf,
  orNull,
  pageMeta,
  pageOf,
  pageQuery,
  pagesOf,
  plainText,
  rowId,
} from '../http/index.ts'
import type { Engine } from './engine.ts'
import { failEffect, retryEffect } from './operate.ts'
import { effectStates, listEffects, type EffectRow, type EffectState } from './store/index.ts'

const state = Type.Enum([...effectStates])

/** The states of effects that may need an operator. */
const open: EffectState[] = ['queued', 'parked']

/** An action that the service has to perform for a build or a compose. */
const shownEffect = Type.Object(
  {
    id: Type.Integer(),
    subject: Type.String({ description: 'module-build:7' }),
    kind: Type.String(),
    payload: Type.Record(Type.String(), Type.Unknown()),
    state,
    attempt: Type.Integer(),
    error: orNull(Type.String()),
    blame: orNull(Type.Enum(['user', 'infra', 'bug'])),
    created_at: moment,
    finished_at: orNull(moment),
  },
  { title: 'Effect' },
)

/** Returns the routes that operators need when a bug has stopped a subject, or when an operator overrides a budget. */
export function effectRoutes(parts: { database: Database; engine: Engine }): FastifyPluginAsyncTypebox {
  const ofOne = { params: Type.Object({ id: rowId }), response: { 200: shownEffect, 409: apiError } }
  return async (app) => {
    await Promise.resolve()
    app.get(
      '/effects/',
      {
        schema: {
          querystring: Type.Object({
            state: Type.Optional(Type.Union([state, Type.Array(state, { minItems: 1 })])),
            subject: Type.Optional(Type.String({ pattern: '^[a-z-]+:[0-9]+$' })),
            ...pageQuery,
          }),
          response: { 200: pagesOf(shownEffect) },
        },
      },
      async (request) => {
        const { state = open, subject } = request.query
        const page = pageOf(request.query)
        const filter = { states: [state].flat(), ...(subject === undefined ? {} : { subject }) }
        const { rows, total } = await listEffects(parts.database, filter, {
          limit: page.size,
          offset: offsetOf(page),
        })
        return { meta: pageMeta(request, page, total), items: rows.map(present) }
      },
    )
    app.post(
      '/effects/:id/retry',
      { config: { may: 'operate', takes: 'nothing' }, schema: ofOne },
      async ({ params }) => present(await retryEffect(parts, params.id)),
    )
    app.post(
      '/effects/:id/fail',
      {
        config: { may: 'operate' },
        schema: {
          ...ofOne,
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

function present({
  id,
  subject,
  kind,
  payload,
  state,
  attempt,
  error,
  blame,
  ...times
}: EffectRow): Type.Static<typeof shownEffect> {
  const { created_at, finished_at } = times
  return { id, subject, kind, payload, state, attempt, error, blame, created_at, finished_at }
}
