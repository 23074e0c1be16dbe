import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { UserError } from '../../../errors.ts'
import { listOf, nothing, pageOfAll, pageQuery, pagesOf, plainText } from '../../../http/index.ts'
import {
  addGroup,
  addRequirement,
  addToGroup,
  groupsOf,
  removeFromGroup,
  removeGroup,
} from '../tags/groups.ts'
import { addPackage, blockPackage, packagesOf, removePackage, unblockPackage } from '../tags/packages.ts'
import {
  createTarget,
  deleteTarget,
  editTarget,
  listTargets,
  requireTarget,
  type HubTarget,
} from '../tags/targets.ts'
import { requireTag, tagsById } from '../tags/tags.ts'
import { changing, eventOf, eventQuery, tagParameter, yesOrNo, type HubRouteParts } from './parts.ts'
import { conflict, listedPackage, missing, shownGroup, shownTarget, unsound } from './schemas.ts'

const closed = { additionalProperties: false }
const withPackage = Type.Object({ ...tagParameter.properties, package: plainText(256) })
const withGroup = Type.Object({ ...tagParameter.properties, group: plainText(256) })
const listed = Type.Object({ ...eventQuery.properties, inherit: yesOrNo })
const listedByPage = Type.Object({ ...listed.properties, ...pageQuery })
const targetParameter = Type.Object({ target: plainText(256) })

const groupBody = Type.Object(
  {
    blocked: yesOrNo,
    exported: yesOrNo,
    display_name: Type.Optional(plainText(256)),
    is_default: yesOrNo,
    uservisible: yesOrNo,
    description: Type.Optional(plainText(1000)),
    langonly: Type.Optional(Type.Union([plainText(64), Type.Null()])),
    biarchonly: yesOrNo,
    packages: Type.Optional(Type.Array(plainText(256))),
    remove_packages: Type.Optional(Type.Array(plainText(256))),
    requirements: Type.Optional(Type.Array(plainText(256))),
  },
  closed,
)

/** The routes of package lists, groups and targets. */
export function listRoutes(parts: HubRouteParts): FastifyPluginAsyncTypebox {
  const { database } = parts
  return async (app) => {
    await Promise.resolve()
    app.get(
      '/hub/tags/:tag/packages',
      {
        schema: {
          params: tagParameter,
          querystring: listedByPage,
          response: { 200: pagesOf(listedPackage), ...unsound },
        },
      },
      async (request) => {
        const { params, query } = request
        const at = await eventOf(database, query)
        const { id } = await requireTag(database, params.tag, at.at)
        const entries = [
          ...(await packagesOf(database, id, { ...at, inherit: query.inherit ?? true })).values(),
        ]
        const names = await tagsById(database, [...new Set(entries.map(({ tagId }) => tagId))], at.at)
        return pageOfAll(
          request,
          entries.map((entry) => ({
            package: entry.name,
            owner: entry.owner,
            blocked: entry.blocked,
            extra_arches: entry.extraArches,
            tag: names.get(entry.tagId)?.name ?? '',
          })),
        )
      },
    )
    app.put(
      '/hub/tags/:tag/packages/:package',
      {
        config: { may: 'hub' },
        schema: {
          params: withPackage,
          body: Type.Object(
            {
              owner: Type.Optional(plainText(256)),
              blocked: yesOrNo,
              extra_arches: Type.Optional(plainText(1000)),
              force: yesOrNo,
              update: yesOrNo,
            },
            closed,
          ),
          response: { 204: nothing, ...conflict, ...unsound },
        },
      },
      async (request, reply) => {
        const { tag, package: name } = request.params
        const { extra_arches: extraArches, blocked, ...options } = request.body
        await changing(parts, request, 'package list', async (change) => {
          const plain = Object.keys(options).length === 0 && extraArches === undefined
          if (plain && blocked === true) await blockPackage(change, tag, name)
          else if (plain && blocked === false) await unblockPackage(change, tag, name)
          else
            await addPackage(change, tag, name, {
              ...options,
              ...(blocked === undefined ? {} : { blocked }),
              ...(extraArches === undefined ? {} : { extraArches }),
            })
        })
        return reply.status(204).send()
      },
    )
    app.delete(
      '/hub/tags/:tag/packages/:package',
      { config: { may: 'hub' }, schema: { params: withPackage, response: { 204: nothing } } },
      async (request, reply) => {
        const { tag, package: name } = request.params
        await changing(parts, request, 'package list', (change) => removePackage(change, tag, name))
        return reply.status(204).send()
      },
    )
    app.get(
      '/hub/tags/:tag/groups',
      {
        schema: {
          params: tagParameter,
          querystring: listed,
          response: { 200: listOf(shownGroup), ...unsound },
        },
      },
      async ({ params, query }) => {
        const at = await eventOf(database, query)
        const groups = await groupsOf(database, params.tag, { ...at, inherit: query.inherit ?? true })
        const names = await tagsById(database, [...new Set(groups.map(({ tagId }) => tagId))], at.at)
        return {
          items: groups.map((group) => ({
            name: group.name,
            tag: names.get(group.tagId)?.name ?? '',
            exported: group.exported,
            display_name: group.displayName,
            is_default: group.isDefault,
            uservisible: group.userVisible,
            description: group.description,
            langonly: group.langonly,
            biarchonly: group.biarchonly,
            packages: group.packages,
            requirements: group.requirements.map(({ group: name, type, isMetapkg }) => ({
              group: name,
              type,
              is_metapkg: isMetapkg,
            })),
          })),
        }
      },
    )
    app.put(
      '/hub/tags/:tag/groups/:group',
      {
        config: { may: 'hub' },
        schema: { params: withGroup, body: groupBody, response: { 204: nothing, ...conflict, ...unsound } },
      },
      async (request, reply) => {
        const { tag, group } = request.params
        const { packages = [], remove_packages: removed = [], requirements = [], ...body } = request.body
        const options = {
          ...pick(body, ['blocked', 'exported', 'description', 'langonly', 'biarchonly']),
          ...(body.display_name === undefined ? {} : { displayName: body.display_name }),
          ...(body.is_default === undefined ? {} : { isDefault: body.is_default }),
          ...(body.uservisible === undefined ? {} : { userVisible: body.uservisible }),
        }
        await changing(parts, request, 'group', async (change) => {
          await addGroup(change, tag, group, options)
          for (const name of removed) await removeFromGroup(change, tag, group, name)
          if (packages.length > 0) await addToGroup(change, tag, group, packages)
          for (const name of requirements) await addRequirement(change, tag, group, name)
        })
        return reply.status(204).send()
      },
    )
    app.delete(
      '/hub/tags/:tag/groups/:group',
      { config: { may: 'hub' }, schema: { params: withGroup, response: { 204: nothing } } },
      async (request, reply) => {
        const { tag, group } = request.params
        await changing(parts, request, 'group', (change) => removeGroup(change, tag, group))
        return reply.status(204).send()
      },
    )
    app.get(
      '/hub/targets/',
      {
        schema: {
          querystring: Type.Object({ ...eventQuery.properties, ...pageQuery }),
          response: { 200: pagesOf(shownTarget), ...missing },
        },
      },
      async (request) => {
        const { at } = await eventOf(database, request.query)
        return pageOfAll(request, (await listTargets(database, undefined, at)).map(presentTarget))
      },
    )
    app.get(
      '/hub/targets/:target',
      { schema: { params: targetParameter, querystring: eventQuery, response: { 200: shownTarget } } },
      async ({ params, query }) => {
        const { at } = await eventOf(database, query)
        return presentTarget(await requireTarget(database, params.target, at))
      },
    )
    app.put(
      '/hub/targets/:target',
      {
        config: { may: 'hub' },
        schema: {
          params: targetParameter,
          body: Type.Object(
            {
              build_tag: Type.Optional(plainText(256)),
              dest_tag: Type.Optional(plainText(256)),
              create: yesOrNo,
            },
            closed,
          ),
          response: { 200: shownTarget, ...conflict },
        },
      },
      async (request) => {
        const { target } = request.params
        const { build_tag: buildTag, dest_tag: destTag, create = false } = request.body
        await changing(parts, request, 'target', async (change) => {
          const isNew = (await listTargets(change.tx, target)).length === 0
          if (!isNew && !create)
            await editTarget(change, target, {
              ...(buildTag === undefined ? {} : { buildTag }),
              ...(destTag === undefined ? {} : { destTag }),
            })
          else if (buildTag === undefined || destTag === undefined)
            throw new UserError(400, 'a new target needs build_tag and dest_tag', 'body')
          else await createTarget(change, target, buildTag, destTag)
        })
        return presentTarget(await requireTarget(database, target))
      },
    )
    app.delete(
      '/hub/targets/:target',
      { config: { may: 'hub' }, schema: { params: targetParameter, response: { 204: nothing } } },
      async (request, reply) => {
        await changing(parts, request, 'target', (change) => deleteTarget(change, request.params.target))
        return reply.status(204).send()
      },
    )
  }
}

function presentTarget({ id, name, buildTag, destTag }: HubTarget) {
  return { id, name, build_tag: buildTag, dest_tag: destTag }
}

function pick<T extends object, K extends keyof T>(
  values: T,
  keys: readonly K[],
): { [P in K]?: Exclude<T[P], undefined> } {
  return Object.fromEntries(
    keys.flatMap((key) => (values[key] === undefined ? [] : [[key, values[key]]])),
  ) as never
}
