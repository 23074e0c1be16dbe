import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { sql } from 'kysely'
import Type from 'typebox'
import type { GenericBuilder } from '../../builders/index.ts'
import type { StateNews } from '../state-news.ts'
import type { Clock } from '../../clock.ts'
import type { Database } from '../../database/index.ts'
import { UserError } from '../../errors.ts'
import { apiError, callerOf, contentOf, pageMeta, pageOf, rowId, type Query } from '../../http/index.ts'
import type { Engine } from '../../jobs/index.ts'
import { retryComponent } from '../resume.ts'
import type { ComponentState } from '../states.ts'
import { loadComponent, requireModuleBuild, type ComponentBuildRow } from '../store.ts'
import { formOf, messagePage, messageQuery, refuseId, reuseMessage } from './build-routes.ts'
import {
  columnConditions,
  listQuery,
  orderOf,
  valuesOf,
  type Condition,
  type ListedColumns,
} from './conditions.ts'
import { countWhere, listComponents } from './load-builds.ts'
import { componentStates, presentComponentForMessage, presentExtendedComponent } from './present.ts'
import { componentList, extendedComponent, formQuery, messageList, shownComponent } from './schemas.ts'
import { Total } from './total.ts'

const withId = Type.Object({ version: Type.Integer(), id: rowId })

/** The columns of component builds. */
export const componentColumns: ListedColumns = {
  text: {
    package: 'b.package',
    format: 'b.format',
    nvr: 'b.nvr',
  },
  long: {
    scmurl: 'b.scmurl',
    ref: 'b.ref',
    state_reason: 'b.state_reason',
  },
  integer: {
    task_id: 'b.task_id',
    batch: 'b.batch',
    module_id: 'b.module_build_id',
    module_build: 'b.module_build_id',
    reused_component_id: 'b.reused_component_id',
  },
  number: {},
  boolean: {
    build_time_only: 'b.build_time_only',
    buildonly: 'b.buildonly',
    // The service tags a batch when all of it is built; the API shows each built component as tagged.
    // PostgreSQL takes a negated comparison apart, and then does not find its index.
    tagged: "(case when b.state = 'complete' then true else false end)",
    tagged_in_final: "(case when b.state = 'complete' then not b.build_time_only else false end)",
  },
  ordered: {
    id: 'b.id',
    state: "array_position(array['building', 'complete', 'failed', 'canceled'], b.state)",
  },
}

/** The query parameters of lists of component builds. */
const componentQuery = listQuery(componentColumns, ['state'])

/** Returns the routes of component builds, at upstream's paths. Upstream has neither the logs nor the retry. */
export function componentBuildRoutes(parts: {
  database: Database
  builder: GenericBuilder
  engine: Engine
  news: StateNews
  clock: Clock
}): FastifyPluginAsyncTypebox {
  const { database, builder, clock } = parts
  const total = new Total()
  return async (app) => {
    await Promise.resolve()
    app.get(
      '/module-build-service/:version/component-builds/',
      {
        schema: {
          params: Type.Object({ version: Type.Integer() }),
          querystring: componentQuery,
          response: { 200: componentList },
        },
      },
      async (request) => {
        const query = request.query as Query
        refuseId(query, 'component-builds')
        const page = pageOf(query)
        const conditions = [...columnConditions(query, componentColumns), ...stateConditions(query)]
        const order = orderOf(query, componentColumns, 'b.id')
        const [count, rows] = await Promise.all([
          countWhere(database, total, 'component_builds', conditions),
          listComponents(database, { conditions, order, page }),
        ])
        return { meta: pageMeta(request, page, count), items: rows.map(presenter(query)) }
      },
    )
    app.get(
      '/module-build-service/:version/component-builds/:id',
      { schema: { params: withId, querystring: formQuery, response: { 200: shownComponent } } },
      async (request) =>
        presenter(request.query as Query)(await requireComponent(database, request.params.id)),
    )
    app.get(
      '/module-build-service/:version/component-builds/:id/messages',
      { schema: { params: withId, querystring: messageQuery, response: { 200: messageList } } },
      async (request) => {
        const component = await requireComponent(database, request.params.id)
        const build = await requireModuleBuild(database, component.module_build_id)
        const isBuilt = component.reuse_code !== null && component.reuse_code !== 'reused'
        return messagePage(request, isBuilt ? [reuseMessage(component, build)] : [])
      },
    )
    app.post(
      '/module-build-service/:version/component-builds/:id/retry',
      {
        config: { may: 'submit', takes: 'nothing' },
        schema: { params: withId, response: { 200: extendedComponent, 409: apiError, 422: apiError } },
      },
      async (request) => {
        const component = await requireComponent(database, request.params.id)
        const { module_build_id: build, package: name } = component
        await retryComponent(parts, build, name, callerOf(request), clock.now())
        return presentExtendedComponent(await requireComponent(database, component.id))
      },
    )
    app.get(
      '/module-build-service/:version/component-builds/:id/logs/:name',
      {
        schema: {
          params: Type.Object({ ...withId.properties, name: Type.Enum(['build', 'root']) }),
          querystring: Type.Object({ offset: Type.Optional(Type.Integer({ minimum: 0 })) }),
          response: { 200: contentOf('text/plain', 'the log from there on, 1 MiB of it at most') },
        },
      },
      async (request, reply) => {
        const component = await requireComponent(database, request.params.id)
        const task = component.task_id
        const log =
          task === null
            ? undefined
            : await builder.readLog(task, request.params.name, request.query.offset ?? 0)
        if (log === undefined)
          throw new UserError(404, `${component.package} has no ${request.params.name} log yet.`)
        return reply.type('text/plain; charset=utf-8').send(log)
      },
    )
  }
}

async function requireComponent(database: Database, id: number): Promise<ComponentBuildRow> {
  const component = await loadComponent(database, id)
  if (component === undefined) throw new UserError(404, `There is no component build ${id}.`)
  return component
}

function presenter(query: Query): (component: ComponentBuildRow) => Type.Static<typeof shownComponent> {
  return formOf(query) === 'extended' ? presentExtendedComponent : presentComponentForMessage
}

/** Selects by Koji's state names, in any case, or by Koji's state numbers. */
function stateConditions(query: Query): Condition[] {
  const texts = valuesOf(query, 'state')
  if (texts.length === 0) return []
  const states = Object.entries(componentStates) as [ComponentState, [number, string]][]
  const wanted = texts.flatMap((text) => {
    const state = states.find(([, [number, name]]) => text.toUpperCase() === name || text === String(number))
    if (state === undefined && !/^\d+$/.test(text) && text.toUpperCase() !== 'DELETED')
      throw new UserError(
        400,
        `"${text}" is not a state of component builds; use one of ${states.map(([, [, name]]) => name).join(', ')}.`,
        'state',
      )
    return state?.[0] ?? []
  })
  return [sql`b.state = any(${wanted})`]
}
