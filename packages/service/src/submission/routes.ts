import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { plainText } from '../http/index.ts'
import { loadFull, presentExtended } from '../modulebuilds/index.ts'
import { requireBranch, submit, type SubmitWorld } from './submit.ts'

/** Module to streams. */
const overrides = Type.Record(
  Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9+._-]{0,199}$' }),
  Type.Array(Type.String({ pattern: '^-?[A-Za-z0-9][A-Za-z0-9+._-]{0,199}$' }), { maxItems: 100 }),
  { additionalProperties: false },
)

/** Submitting a module build, at upstream's path. Version 1 answers with an object, version 2 with a list of it. */
export function submissionRoutes(world: SubmitWorld): FastifyPluginAsyncTypebox {
  return async (app) => {
    await Promise.resolve()
    app.post(
      '/module-build-service/:version/module-builds/',
      {
        schema: {
          params: Type.Object({ version: Type.Integer() }),
          body: Type.Object(
            {
              scmurl: Type.String({ maxLength: 2000 }),
              branch: Type.String({ maxLength: 200 }),
              owner: Type.Optional(plainText(200)),
              buildrequire_overrides: Type.Optional(overrides),
              require_overrides: Type.Optional(overrides),
            },
            { additionalProperties: false },
          ),
        },
      },
      async (request, reply) => {
        const { scmurl, branch, owner, ...options } = request.body
        requireBranch(branch)
        const ids = await submit(world, { scmurl, branch, owner: owner ?? 'anonymous', options })
        const builds = await Promise.all(
          ids.map(async (id) => presentExtended(await loadFull(world.database, id))),
        )
        return reply.status(201).send(request.params.version === 1 ? builds[0] : builds)
      },
    )
  }
}
