import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import type { GenericBuilder } from '../builders/index.ts'
import type { Database } from '../database/index.ts'
import { UserError } from '../errors.ts'
import { plainText, rowId } from '../http/index.ts'
import type { Engine } from '../jobs/index.ts'
import { cancel } from './cancel.ts'
import { loadFull } from './load-full.ts'
import { moduleStateNumbers, presentExtended, presentNormal, presentShort } from './present.ts'
import type { ModuleState } from './states.ts'
import {
  componentsOf,
  listModuleBuilds,
  loadComponent,
  loadModuleBuild,
  siblingIds,
  type ModuleBuildRow,
} from './store.ts'

const apiVersion = Type.Object({ version: Type.Integer() })
const withId = Type.Object({ version: Type.Integer(), id: rowId })
const stateParameter = Type.Union([Type.String(), Type.Array(Type.String())])

/** The largest page; upstream has no bound, and one request could then read everything. */
const pageSizeMax = 100

/** Reading and cancelling module builds, at upstream's paths and in upstream's JSON. */
export function moduleBuildRoutes(parts: {
  database: Database
  engine: Engine
  builder: GenericBuilder
}): FastifyPluginAsyncTypebox {
  const { database, engine, builder } = parts
  return async (app) => {
    await Promise.resolve()
    app.get(
      '/module-build-service/:version/module-builds/',
      {
        schema: {
          params: apiVersion,
          querystring: Type.Object({
            ...Object.fromEntries(
              ['name', 'stream', 'context', 'koji_tag', 'owner'].map((name) => [
                name,
                Type.Optional(plainText(1000)),
              ]),
            ),
            version: Type.Optional(plainText(100)),
            state: Type.Optional(stateParameter),
            nsvc: Type.Optional(plainText(1000)),
            page: Type.Optional(Type.String()),
            per_page: Type.Optional(Type.String()),
            verbose: Type.Optional(Type.String()),
            short: Type.Optional(Type.String()),
          }),
        },
      },
      async (request) => {
        const query = request.query as Record<string, string | string[] | undefined>
        const page = positive(query['page'], 1)
        const size = Math.min(positive(query['per_page'], 10), pageSizeMax)
        const { rows, total } = await listModuleBuilds(database, filterOf(query), { number: page, size })
        const items = await present(rows, form(query))
        const link = (number: number) => {
          const parameters = new URLSearchParams()
          for (const [name, value] of Object.entries(query))
            for (const one of [value ?? []].flat()) parameters.append(name, one)
          parameters.set('page', String(number))
          parameters.set('per_page', String(size))
          return `${request.protocol}://${request.host}${request.url.split('?')[0] ?? ''}?${parameters.toString()}`
        }
        const pages = Math.ceil(total / size)
        return {
          meta: {
            page,
            pages,
            per_page: size,
            prev: page > 1 ? link(page - 1) : null,
            next: page < pages ? link(page + 1) : null,
            total,
            first: link(1),
            last: link(Math.max(pages, 1)),
          },
          items,
        }
      },
    )
    app.get(
      '/module-build-service/:version/module-builds/:id',
      { schema: { params: withId } },
      async (request) => {
        const build = await found(request.params.id)
        return (await present([build], form(request.query as Record<string, string>)))[0]
      },
    )
    app.patch(
      '/module-build-service/:version/module-builds/:id',
      {
        schema: {
          params: withId,
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
        const { state, owner, reason } = request.body
        if (state !== 'failed' && String(state) !== '4')
          throw new UserError(
            400,
            `A module build can be put into the state "failed" only, which cancels it; not "${state}".`,
            'state',
          )
        await found(request.params.id)
        await cancel({ database, engine }, request.params.id, owner ?? 'anonymous', reason ?? null)
        return (await present([await found(request.params.id)], 'extended'))[0]
      },
    )
    app.get(
      '/module-build-service/:version/component-builds/:id/logs/:name',
      {
        schema: {
          params: Type.Object({ ...withId.properties, name: Type.Enum(['build', 'root']) }),
          querystring: Type.Object({ offset: Type.Optional(Type.Integer({ minimum: 0 })) }),
        },
      },
      async (request, reply) => {
        const component = await loadComponent(database, request.params.id)
        if (component === undefined)
          throw new UserError(404, `There is no component build ${request.params.id}.`)
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

  async function found(id: number): Promise<ModuleBuildRow> {
    const build = await loadModuleBuild(database, id)
    if (build === undefined) throw new UserError(404, `There is no module build ${id}.`)
    return build
  }

  async function present(rows: readonly ModuleBuildRow[], as: Form): Promise<Record<string, unknown>[]> {
    if (as === 'short') return rows.map(presentShort)
    if (as === 'extended')
      return Promise.all(rows.map(async ({ id }) => presentExtended(await loadFull(database, id))))
    const components = await componentsOf(
      database,
      rows.map(({ id }) => id),
    )
    const own = (id: number) => components.filter((component) => component.module_build_id === id)
    const siblings = await siblingIds(database, rows)
    return rows.map((row) => presentNormal(row, own(row.id), siblings(row)))
  }
}

type Form = 'short' | 'normal' | 'extended'

function form(query: Record<string, string | string[] | undefined>): Form {
  const isSet = (name: string) => ['true', '1'].includes([query[name] ?? ''].flat().join().toLowerCase())
  return isSet('verbose') ? 'extended' : isSet('short') ? 'short' : 'normal'
}

function positive(value: string | string[] | undefined, otherwise: number): number {
  const number = Number(value)
  return Number.isSafeInteger(number) && number > 0 ? number : otherwise
}

function filterOf(query: Record<string, string | string[] | undefined>) {
  const nsvc = typeof query['nsvc'] === 'string' ? query['nsvc'].split(':') : []
  const entries = ['name', 'stream', 'version', 'context', 'koji_tag', 'owner'].flatMap((name, index) => {
    const value = nsvc[index] ?? query[name]
    return typeof value === 'string' ? [[name, value]] : []
  })
  return {
    ...(Object.fromEntries(entries) as Record<string, string>),
    states: [query['state'] ?? []].flat().map(stateOf),
  }
}

function stateOf(text: string): ModuleState {
  const names = Object.keys(moduleStateNumbers) as ModuleState[]
  const state = names.find((name) => name === text || String(moduleStateNumbers[name]) === text)
  if (state === undefined)
    throw new UserError(
      400,
      `"${text}" is no state of a module build; there are ${names.join(', ')}.`,
      'state',
    )
  return state
}
