import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import {
  listOf,
  nothing,
  offsetOf,
  orNull,
  pageMeta,
  pageOf,
  pageOfAll,
  pageQuery,
  pagesOf,
  plainText,
} from '../../../http/index.ts'
import { buildConfigOf } from '../tags/build-config.ts'
import { historyLength, historyOf, lastChangeOf } from '../tags/history.ts'
import { completeLinks } from '../tags/inheritance.ts'
import { inheritanceOf, inheritanceOrder, inheritingTags, setInheritance } from '../tags/inheritance-store.ts'
import { presentEntryJson, presentLinkJson, presentTagJson } from './present.ts'
import { createTag, deleteTag, editTag, listTags, requireTag, tagsById } from '../tags/tags.ts'
import { changing, eventOf, eventQuery, tagParameter, yesOrNo, type HubRouteParts } from './parts.ts'
import { buildConfig, conflict, historyEntry, missing, shownLink, shownTag, unsound } from './schemas.ts'

const closed = { additionalProperties: false }

/** Limits the keys of one request, because the hub writes one row for each of them under its lock. */
const keysMax = 1000

const settings = {
  arches: Type.Optional(plainText(1000)),
  permission: Type.Optional(Type.Union([plainText(256), Type.Null()])),
  locked: Type.Optional(Type.Boolean()),
  extra: Type.Optional(Type.Record(plainText(256), Type.Unknown(), { maxProperties: keysMax })),
  block_extra: Type.Optional(Type.Array(plainText(256), { maxItems: keysMax })),
}

const link = Type.Object(
  {
    parent: plainText(256),
    priority: Type.Optional(Type.Integer({ minimum: -2_147_483_648, maximum: 2_147_483_647 })),
    maxdepth: Type.Optional(Type.Union([Type.Integer({ minimum: 0, maximum: 2_147_483_647 }), Type.Null()])),
    intransitive: yesOrNo,
    noconfig: yesOrNo,
    pkg_filter: Type.Optional(plainText(1000)),
    delete: yesOrNo,
  },
  closed,
)

/** The routes of tags, their settings, inheritance and history. */
export function tagRoutes(parts: HubRouteParts): FastifyPluginAsyncTypebox {
  const { database } = parts
  return async (app) => {
    await Promise.resolve()
    app.get(
      '/hub/tags/',
      {
        schema: {
          querystring: Type.Object({ pattern: Type.Optional(plainText(256)), ...pageQuery }),
          response: { 200: pagesOf(shownTag) },
        },
      },
      async (request) =>
        pageOfAll(request, (await listTags(database, request.query.pattern)).map(presentTagJson)),
    )
    app.post(
      '/hub/tags/',
      {
        config: { may: 'hub' },
        schema: {
          body: Type.Object(
            { name: plainText(1000), parent: Type.Optional(plainText(256)), ...settings },
            closed,
          ),
          response: { 201: shownTag, ...missing, ...conflict, ...unsound },
        },
      },
      async (request, reply) => {
        const { name, block_extra: blockExtra = [], ...options } = request.body
        await changing(parts, request, 'create tag', (change) =>
          createTag(change, name, { ...options, blockExtra }),
        )
        return reply.status(201).send(presentTagJson(await requireTag(database, name)))
      },
    )
    app.get(
      '/hub/tags/:tag',
      { schema: { params: tagParameter, querystring: eventQuery, response: { 200: shownTag } } },
      async ({ params, query }) => {
        const { at } = await eventOf(database, query)
        return presentTagJson(await requireTag(database, params.tag, at))
      },
    )
    app.patch(
      '/hub/tags/:tag',
      {
        config: { may: 'hub' },
        schema: {
          params: tagParameter,
          body: Type.Object(
            {
              name: Type.Optional(plainText(1000)),
              remove_extra: Type.Optional(Type.Array(plainText(256), { maxItems: keysMax })),
              ...settings,
            },
            closed,
          ),
          response: { 200: shownTag, ...conflict },
        },
      },
      async (request) => {
        const { block_extra: blockExtra = [], remove_extra: removeExtra = [], ...edit } = request.body
        const { tag } = request.params
        await changing(parts, request, 'edit tag', (change) =>
          editTag(change, tag, { ...edit, blockExtra, removeExtra }),
        )
        return presentTagJson(await requireTag(database, edit.name ?? tag))
      },
    )
    app.delete(
      '/hub/tags/:tag',
      { config: { may: 'hub' }, schema: { params: tagParameter, response: { 204: nothing } } },
      async (request, reply) => {
        await changing(parts, request, 'delete tag', (change) => deleteTag(change, request.params.tag))
        return reply.status(204).send()
      },
    )
    app.get(
      '/hub/tags/:tag/config',
      {
        schema: { params: tagParameter, querystring: eventQuery, response: { 200: buildConfig, ...unsound } },
      },
      async ({ params, query }) => {
        const { at } = await eventOf(database, query)
        const config = await buildConfigOf(database, params.tag, at)
        const { extra, origins, ...tag } = config
        return { ...tag, extra: Object.fromEntries(extra), origins: Object.fromEntries(origins) }
      },
    )
    app.get(
      '/hub/tags/:tag/inheritance',
      {
        schema: {
          params: tagParameter,
          querystring: Type.Object({ ...eventQuery.properties, full: yesOrNo, reverse: yesOrNo }),
          response: { 200: listOf(shownLink), ...unsound },
        },
      },
      async ({ params, query }) => {
        const { at } = await eventOf(database, query)
        const { id } = await requireTag(database, params.tag, at)
        if (query.full !== true && query.reverse !== true) {
          const links = await inheritanceOf(database, id, at)
          const names = await tagsById(database, [id, ...links.map(({ parentId }) => parentId)], at)
          return { items: links.map((one) => presentLinkJson(one, names)) }
        }
        const order = await (query.reverse === true ? inheritingTags : inheritanceOrder)(database, id, at)
        const names = await tagsById(
          database,
          [...new Set(order.flatMap((one) => [one.childId, one.parentId]))],
          at,
        )
        return { items: order.map((one) => presentEntryJson(one, names)) }
      },
    )
    app.put(
      '/hub/tags/:tag/inheritance',
      {
        config: { may: 'hub' },
        schema: {
          params: tagParameter,
          body: Type.Object({ links: Type.Array(link), clear: yesOrNo }, closed),
          response: { 200: listOf(shownLink), ...conflict, ...unsound },
        },
      },
      async (request) => {
        const { links, clear = false } = request.body
        const id = await changing(parts, request, 'set inheritance', async (change) => {
          const tag = await requireTag(change.tx, request.params.tag)
          const wanted = []
          for (const { parent, delete: isDeleted = false, pkg_filter: pkgFilter, ...rest } of links) {
            const { id: parentId } = await requireTag(change.tx, parent)
            const given = withoutUndefined({ ...rest, ...(pkgFilter === undefined ? {} : { pkgFilter }) })
            wanted.push(isDeleted ? { parentId, isDeleted } : { parentId, ...given })
          }
          const before = clear ? [] : await inheritanceOf(change.tx, tag.id)
          await setInheritance(change, tag.id, completeLinks(before, wanted), clear)
          return tag.id
        })
        const after = await inheritanceOf(database, id)
        const names = await tagsById(database, [id, ...after.map(({ parentId }) => parentId)])
        return { items: after.map((one) => presentLinkJson(one, names)) }
      },
    )
    app.get(
      '/hub/tags/:tag/history',
      {
        schema: {
          params: tagParameter,
          querystring: Type.Object(pageQuery),
          response: { 200: pagesOf(historyEntry) },
        },
      },
      async (request) => {
        const page = pageOf(request.query)
        const { tag } = request.params
        const [total, entries] = await Promise.all([
          historyLength(database, tag),
          historyOf(database, tag, { limit: page.size, offset: offsetOf(page) }),
        ])
        return {
          meta: pageMeta(request, page, total),
          items: entries.map(({ id, ...rest }) => ({ event: id, ...rest })),
        }
      },
    )
    app.get(
      '/hub/tags/:tag/last-change',
      {
        schema: {
          params: tagParameter,
          querystring: Type.Object({ inherit: yesOrNo }),
          response: { 200: Type.Object({ event: orNull(Type.Integer()) }), ...unsound },
        },
      },
      async ({ params, query }) => ({
        event: (await lastChangeOf(database, params.tag, { inherit: query.inherit ?? true })) ?? null,
      }),
    )
  }
}

function withoutUndefined<T extends object>(values: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never
}
