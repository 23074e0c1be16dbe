import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { nothing, pageOfAll, pageQuery, pagesOf, plainText } from '../../../http/index.ts'
import { rpmFileName } from '../../names.ts'
import { rpmsOf } from '../builds/builds.ts'
import { listTagged } from '../tags/listing.ts'
import { presentTaggedJson } from './present.ts'
import { moveBuild, tagBuild, untagBuild } from '../tags/tagging.ts'
import { changing, eventOf, eventQuery, tagParameter, yesOrNo, type HubRouteParts } from './parts.ts'
import { conflict, missing, taggedBuild, taggedRpm, unsound } from './schemas.ts'

const closed = { additionalProperties: false }
const nvr = plainText(800)

const listing = Type.Object({
  ...eventQuery.properties,
  inherit: yesOrNo,
  latest: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
  package: Type.Optional(plainText(256)),
  type: Type.Optional(plainText(64)),
  ...pageQuery,
})

/** The routes that list, tag, untag and move builds. */
export function taggingRoutes(parts: HubRouteParts): FastifyPluginAsyncTypebox {
  const { database } = parts
  const list = async (tag: string, query: Type.Static<typeof listing>) => {
    const { event, page: _page, per_page: _size, ...options } = query
    const at = await eventOf(database, event === undefined ? {} : { event })
    return listTagged(database, tag, { ...options, ...at })
  }
  return async (app) => {
    await Promise.resolve()
    app.get(
      '/hub/tags/:tag/builds',
      {
        schema: {
          params: tagParameter,
          querystring: listing,
          response: { 200: pagesOf(taggedBuild), ...unsound },
        },
      },
      async (request) =>
        pageOfAll(request, (await list(request.params.tag, request.query)).map(presentTaggedJson)),
    )
    app.get(
      '/hub/tags/:tag/rpms',
      {
        schema: {
          params: tagParameter,
          querystring: listing,
          response: { 200: pagesOf(taggedRpm), ...unsound },
        },
      },
      async (request) => {
        const { params, query } = request
        const builds = new Map((await list(params.tag, query)).map((build) => [build.id, build]))
        const rpms = await rpmsOf(database, [...builds.values()])
        return pageOfAll(
          request,
          rpms.map((rpm) => ({
            id: rpm.id,
            nevra: rpm.nevra,
            arch: rpm.arch,
            file: rpmFileName(rpm),
            size: rpm.size,
            sha256: rpm.sha256,
            sigmd5: rpm.sigmd5,
            build: builds.get(rpm.buildId)?.nvr ?? '',
            tag: builds.get(rpm.buildId)?.tag ?? '',
          })),
        )
      },
    )
    app.post(
      '/hub/tags/:tag/builds',
      {
        config: { may: 'hub' },
        schema: {
          params: tagParameter,
          body: Type.Object({ build: nvr, force: yesOrNo }, closed),
          response: {
            201: Type.Object({ tag: Type.String(), build: Type.String() }),
            ...conflict,
            ...unsound,
          },
        },
      },
      async (request, reply) => {
        const { build, force = false } = request.body
        await changing(parts, request, 'tag build', (change) =>
          tagBuild(change, request.params.tag, build, { force }),
        )
        return reply.status(201).send({ tag: request.params.tag, build })
      },
    )
    app.delete(
      '/hub/tags/:tag/builds/:nvr',
      {
        config: { may: 'hub' },
        schema: {
          params: Type.Object({ ...tagParameter.properties, nvr }),
          querystring: Type.Object({ force: yesOrNo }),
          response: { 204: nothing },
        },
      },
      async (request, reply) => {
        const { tag, nvr: build } = request.params
        const { force = false } = request.query
        await changing(parts, request, 'untag build', (change) => untagBuild(change, tag, build, { force }))
        return reply.status(204).send()
      },
    )
    app.post(
      '/hub/moves/',
      {
        config: { may: 'hub' },
        schema: {
          body: Type.Object({ build: nvr, from: plainText(256), to: plainText(256), force: yesOrNo }, closed),
          response: {
            201: Type.Object({ build: Type.String(), from: Type.String(), to: Type.String() }),
            ...missing,
            ...conflict,
            ...unsound,
          },
        },
      },
      async (request, reply) => {
        const { build, from, to, force = false } = request.body
        await changing(parts, request, 'move build', (change) =>
          moveBuild(change, from, to, build, { force }),
        )
        return reply.status(201).send({ build, from, to })
      },
    )
  }
}
