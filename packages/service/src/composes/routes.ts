import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import type { Clock } from '../clock.ts'
import { inTransaction, type Database } from '../database/index.ts'
import { UserError } from '../errors.ts'
import {
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
import type { Engine } from '../jobs/index.ts'
import type { Platform } from '../platforms/index.ts'
import { keyFile } from './assemble.ts'
import { composeKind } from './life-cycle.ts'
import { countComposes, insertCompose, listComposes, loadCompose, type ComposeRow } from './store.ts'

const pathByArch = Type.Record(Type.String(), Type.String(), { description: 'arch → path' })

/** A compose: repositories of ready modules. */
const shownCompose = Type.Object(
  {
    id: Type.Integer(),
    platform: Type.String(),
    state_name: Type.Enum(['requested', 'finished', 'failed']),
    state_reason: orNull(Type.String()),
    modules: Type.Array(Type.String({ description: 'N:S:V:C' })),
    signing_key: orNull(Type.String()),
    gpg_key: orNull(Type.String({ description: 'the path of the public key' })),
    time_requested: moment,
    time_completed: orNull(moment),
    repositories: pathByArch,
    latest: pathByArch,
  },
  { title: 'Compose' },
)

/** Returns the routes that request composes and show their results. */
export function composeRoutes(parts: {
  database: Database
  engine: Engine
  clock: Clock
  platforms: ReadonlyMap<string, Platform>
}): FastifyPluginAsyncTypebox {
  const { database, engine, clock, platforms } = parts
  return async (app) => {
    await Promise.resolve()
    app.post(
      '/composes/',
      {
        config: { may: 'operate' },
        schema: {
          body: Type.Object({ platform: plainText(200) }, { additionalProperties: false }),
          response: { 201: shownCompose },
        },
      },
      async (request, reply) => {
        const { platform } = request.body
        if (!platforms.has(platform))
          throw new UserError(
            400,
            `There is no platform "${platform}"; there is ${[...platforms.keys()].join(', ')}.`,
            'platform',
          )
        const id = await inTransaction(database, 'request compose', async (tx) => {
          const compose = await insertCompose(tx, platform, clock.now())
          await engine.wake(tx, { kind: composeKind, id: compose })
          return compose
        })
        return reply.status(201).send(present(await found(id)))
      },
    )
    app.get(
      '/composes/',
      { schema: { querystring: Type.Object(pageQuery), response: { 200: pagesOf(shownCompose) } } },
      async (request) => {
        const page = pageOf(request.query)
        const [counts, rows] = await Promise.all([
          countComposes(database),
          listComposes(database, { limit: page.size, offset: offsetOf(page) }),
        ])
        const total = [...counts.values()].reduce((sum, count) => sum + count, 0)
        return { meta: pageMeta(request, page, total), items: rows.map(present) }
      },
    )
    app.get(
      '/composes/:id',
      { schema: { params: Type.Object({ id: rowId }), response: { 200: shownCompose } } },
      async (request) => present(await found(request.params.id)),
    )
  }

  async function found(id: number): Promise<ComposeRow> {
    const compose = await loadCompose(database, id)
    if (compose === undefined) throw new UserError(404, `There is no compose ${id}.`)
    return compose
  }

  function present(compose: ComposeRow): Type.Static<typeof shownCompose> {
    const { id, platform, state, state_reason, modules, signing_key, time_requested, time_completed } =
      compose
    const arches = platforms.get(platform)?.arches ?? []
    return {
      id,
      platform,
      state_name: state,
      state_reason,
      modules,
      signing_key,
      gpg_key: signing_key === null ? null : `/repos/${platform}/${id}/${keyFile}`,
      time_requested,
      time_completed,
      repositories: Object.fromEntries(arches.map((arch) => [arch, `/repos/${platform}/${id}/${arch}/os/`])),
      latest: Object.fromEntries(arches.map((arch) => [arch, `/repos/${platform}/latest/${arch}/os/`])),
    }
  }
}
