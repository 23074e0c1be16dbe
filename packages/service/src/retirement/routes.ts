import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import type { Clock } from '../clock.ts'
import { inTransaction, type Database } from '../database/index.ts'
import { UserError } from '../errors.ts'
import { callerOf, nothing, orNull, pageOfAll, pageQuery, pagesOf, plainText } from '../http/index.ts'
import { dayOf, listRetirements, retire, revive, type Retirement } from './retirements.ts'

const name = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9+._-]{0,199}$' })

const retirement = Type.Object(
  {
    name: Type.String(),
    stream: Type.String(),
    eol: Type.String({ description: 'first day without builds, YYYY-MM-DD, UTC' }),
    reason: Type.String(),
    obsoleted_by: orNull(Type.String({ description: 'NAME:STREAM' })),
    retired_by: Type.String(),
  },
  { title: 'Retirement' },
)

/** Returns the routes that retire and revive streams. */
export function retirementRoutes(parts: { database: Database; clock: Clock }): FastifyPluginAsyncTypebox {
  const { database, clock } = parts
  const params = Type.Object({ name, stream: name })
  return async (app) => {
    await Promise.resolve()
    app.get(
      '/retirements/',
      { schema: { querystring: Type.Object(pageQuery), response: { 200: pagesOf(retirement) } } },
      async (request) => pageOfAll(request, (await listRetirements(database)).map(present)),
    )
    app.put(
      '/retirements/:name/:stream',
      {
        config: { may: 'operate' },
        schema: {
          params,
          body: Type.Object(
            {
              eol: Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\d$' }),
              reason: plainText(1000),
              obsoleted_by: Type.Optional(
                Type.String({
                  pattern: '^[A-Za-z0-9][A-Za-z0-9+._-]*:[A-Za-z0-9][A-Za-z0-9+._-]*$',
                  maxLength: 400,
                }),
              ),
            },
            { additionalProperties: false },
          ),
          response: { 200: retirement },
        },
      },
      async (request) => {
        const { eol, reason, obsoleted_by: other = null } = request.body
        const day = new Date(`${eol}T00:00:00Z`)
        if (Number.isNaN(day.getTime()) || dayOf(day) !== eol)
          throw new UserError(400, `the day ${eol} does not exist`, 'eol')
        const said: Retirement = {
          ...request.params,
          eol: day,
          reason,
          obsoleted_by: other,
          retired_by: callerOf(request).name,
          time_modified: clock.now(),
        }
        if (other === `${said.name}:${said.stream}`)
          throw new UserError(400, 'a stream cannot replace itself', 'obsoleted_by')
        await inTransaction(database, 'retire', (tx) => retire(tx, said))
        return present(said)
      },
    )
    app.delete(
      '/retirements/:name/:stream',
      { config: { may: 'operate' }, schema: { params, response: { 204: nothing } } },
      async (request, reply) => {
        const known = await inTransaction(database, 'revive', (tx) =>
          revive(tx, request.params.name, request.params.stream),
        )
        if (!known)
          throw new UserError(404, `${request.params.name}:${request.params.stream} is not retired.`)
        return reply.status(204).send()
      },
    )
  }
}

function present({ eol, time_modified: _modified, ...rest }: Retirement) {
  return { ...rest, eol: dayOf(eol) }
}
