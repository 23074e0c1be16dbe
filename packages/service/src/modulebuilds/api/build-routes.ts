import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { Database } from '../../database/index.ts'
import { UserError } from '../../errors.ts'
import type { Hub } from '../../hub/index.ts'
import { callerOf, pageMeta, pageOf, plainText, rowId, type Query } from '../../http/index.ts'
import type { Engine } from '../../jobs/index.ts'
import { requireOwner } from '../actions.ts'
import { cancel } from '../cancel.ts'
import { componentsOf, loadModuleBuild, type ModuleBuildRow } from '../store.ts'
import { buildColumns, buildConditions, buildQuery } from './build-filters.ts'
import { isTrue, orderOf, pageParameters, valueOf } from './conditions.ts'
import { buildList, extendedBuild, formQuery, messageList, shownBuild } from './schemas.ts'
import { countWhere, presentBuild, presentBuilds, presentWhere, type Form } from './load-builds.ts'
import { Total } from './total.ts'

const apiVersion = Type.Object({ version: Type.Integer() })
/** The query parameters of lists of messages. */
export const messageQuery = Type.Object(pageParameters)

const withId = Type.Object({ version: Type.Integer(), id: rowId })

/** Returns the routes to read and cancel module builds, at upstream's paths and in upstream's JSON. */
export function moduleBuildRoutes(parts: {
  database: Database
  engine: Engine
  hub: Hub
}): FastifyPluginAsyncTypebox {
  const { database, engine } = parts
  const total = new Total()
  return async (app) => {
    await Promise.resolve()
    app.get(
      '/module-build-service/:version/module-builds/',
      { schema: { params: apiVersion, querystring: buildQuery, response: { 200: buildList } } },
      async (request) => {
        const query = request.query as Query
        refuseId(query, 'module-builds')
        const page = pageOf(query)
        const conditions = await buildConditions(parts, query)
        const order = orderOf(query, buildColumns, 'b.id')
        const [count, items] = await Promise.all([
          countWhere(database, total, 'module_builds', conditions),
          presentWhere(database, formOf(query), { conditions, order, page }),
        ])
        return { meta: pageMeta(request, page, count), items }
      },
    )
    app.get(
      '/module-build-service/:version/module-builds/:id',
      { schema: { params: withId, querystring: formQuery, response: { 200: shownBuild } } },
      async (request) => {
        const shown = await presentBuild(database, request.params.id, formOf(request.query))
        return shown ?? noBuild(request.params.id)
      },
    )
    app.get(
      '/module-build-service/:version/module-builds/:id/messages',
      { schema: { params: withId, querystring: messageQuery, response: { 200: messageList } } },
      async (request) => {
        const build = await requireBuild(database, request.params.id)
        const messages = (await componentsOf(database, [build.id]))
          .filter((row) => row.reuse_code !== null && row.reuse_code !== 'reused')
          .map((row) => reuseMessage(row, build))
          .reverse()
        return messagePage(request, messages)
      },
    )
    app.patch(
      '/module-build-service/:version/module-builds/:id',
      {
        config: { may: 'submit' },
        schema: {
          params: withId,
          response: { 200: extendedBuild },
          body: Type.Object(
            {
              state: Type.Union([Type.String(), Type.Integer()]),
              owner: Type.Optional(plainText(200)),
              reason: Type.Optional(plainText(1000)),
            },
            { additionalProperties: false },
          ),
        },
      },
      async (request) => {
        const caller = callerOf(request)
        const { state, owner, reason } = request.body
        if (owner !== undefined && !caller.isTrusted)
          throw new UserError(400, 'the owner is always the caller; leave out the owner', 'owner')
        const build = await requireBuild(database, request.params.id)
        requireOwner('cancel', build, caller)
        if (state !== 'failed' && String(state) !== '4')
          throw new UserError(
            400,
            `A module build can be put into the state "failed" only, which cancels it; not "${state}".`,
            'state',
          )
        await cancel({ database, engine }, build.id, owner ?? caller.name, reason ?? null)
        const [cancelled] = await presentBuilds(database, [build.id])
        return cancelled ?? noBuild(build.id)
      },
    )
  }
}

/** Refuses a list query with an `id`. As upstream's, the error names the path of the single object. */
export function refuseId(query: Query, list: string): void {
  const id = valueOf(query, 'id')
  if (id !== undefined)
    throw new UserError(
      400,
      `The "id" query option is invalid. Did you mean to go to "/${list}/${id}"?`,
      'id',
    )
}

export function formOf(query: Query): Form {
  const isSet = (name: string) => isTrue(valueOf(query, name) ?? '')
  return isSet('verbose') ? 'extended' : isSet('short') ? 'short' : 'normal'
}

/** Returns the page of a list of messages that a request asks for. */
export function messagePage(request: FastifyRequest, messages: readonly ReturnType<typeof reuseMessage>[]) {
  const page = pageOf(request.query as Query)
  const from = (page.number - 1) * page.size
  return {
    meta: pageMeta(request, page, messages.length),
    messages: messages.slice(from, from + page.size),
  }
}

/** Returns the reason why a component does not reuse an earlier build, in the form of upstream's log messages. */
export function reuseMessage(
  component: { id: number; package: string; reuse_detail: string | null },
  build: { time_submitted: Date },
) {
  return {
    id: component.id,
    time_created: `${build.time_submitted.toISOString().slice(0, 19)}Z`,
    message: `${component.package} is rebuilt: ${component.reuse_detail ?? ''}`,
  }
}

export async function requireBuild(database: Database, id: number): Promise<ModuleBuildRow> {
  const build = await loadModuleBuild(database, id)
  return build ?? noBuild(id)
}

function noBuild(id: number): never {
  throw new UserError(404, `There is no module build ${id}.`)
}
