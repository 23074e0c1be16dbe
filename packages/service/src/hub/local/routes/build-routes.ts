import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { verifyArtifacts } from '../../../artifacts/index.ts'
import { UserError } from '../../../errors.ts'
import {
  apiError,
  contentOf,
  offsetOf,
  orNull,
  pageMeta,
  pageOf,
  pageQuery,
  pagesOf,
  plainText,
} from '../../../http/index.ts'
import {
  archivesOf,
  buildrootsOf,
  extraOf,
  listBuilds,
  logsOf,
  requireBuild,
  rpmsOf,
  tagNamesOf,
  typeinfosOf,
  type BuildQuery,
  type HubBuild,
} from '../builds/builds.ts'
import { lastEvent, requireEvent } from '../tags/history.ts'
import { rpmFileName } from '../../names.ts'
import { presentBuildJson } from './present.ts'
import { signaturesOf } from '../builds/signatures.ts'
import { eventNumber, type HubRouteParts } from './parts.ts'
import { artifactFaults, buildFiles, hubEvent, rpmHeader, shownBuild, wholeBuild } from './schemas.ts'
import { HeaderBudget, readStoredHeader } from '../../../package-header.ts'
import { Pool } from '../../../pool.ts'

/** Number of files that one request verifies. */
const verifiedAtOnceMax = 100

const buildParameter = Type.Object({ build: plainText(800) })

/** Memory of the largest header that the API shows. */
const shownHeaderBytesMax = 32 * 1024 * 1024

/** The routes that read builds and their files. */
export function buildRoutes(parts: HubRouteParts): FastifyPluginAsyncTypebox {
  const { database, clock, artifacts, collection } = parts
  // A number is an id: a name-version-release is never only digits.
  const find = (build: string) => requireBuild(database, /^\d{1,9}$/.test(build) ? Number(build) : build)
  // A header may take some megabytes, and a client may ask for many at once.
  const reading = new Pool(2)
  return async (app) => {
    await Promise.resolve()
    app.get(
      '/hub/builds/',
      {
        schema: {
          querystring: Type.Object({
            package: Type.Optional(plainText(256)),
            type: Type.Optional(plainText(64)),
            state: Type.Optional(Type.Enum(['building', 'complete', 'deleted', 'failed', 'canceled'])),
            owner: Type.Optional(plainText(256)),
            content_generator: Type.Optional(plainText(256)),
            untagged: Type.Optional(Type.Boolean()),
            ...pageQuery,
          }),
          response: { 200: pagesOf(shownBuild) },
        },
      },
      async (request) => {
        const { content_generator: contentGenerator, page: _page, per_page: _size, ...rest } = request.query
        const wanted: BuildQuery = {
          ...rest,
          ...(contentGenerator === undefined ? {} : { contentGenerator }),
        }
        const page = pageOf(request.query)
        const { builds, total } = await listBuilds(database, wanted, {
          limit: page.size,
          offset: offsetOf(page),
        })
        return { meta: pageMeta(request, page, total), items: builds.map(presentBuildJson) }
      },
    )
    app.get(
      '/hub/builds/:build',
      { schema: { params: buildParameter, response: { 200: wholeBuild } } },
      async ({ params }) => present(await find(params.build)),
    )
    app.get(
      '/hub/builds/:build/files',
      { schema: { params: buildParameter, response: { 200: buildFiles } } },
      async ({ params }) => {
        const build = await find(params.build)
        const files = await filesOf(build)
        return {
          nvr: build.nvr,
          files: files.map(({ path, size, sha256 }) => ({ path, size: size ?? null, sha256 })),
        }
      },
    )
    app.get(
      '/hub/builds/:build/files/*',
      {
        schema: {
          params: buildParameter,
          response: { 200: contentOf('application/octet-stream', 'the file') },
        },
      },
      async ({ params }, reply) => {
        const build = await find(params.build)
        // A schema cannot declare this parameter, because the validator takes its name `*` for a pattern.
        const { '*': wanted } = params as unknown as { '*': string }
        const file = (await filesOf(build)).find(({ path }) => path === wanted)
        if (file === undefined) throw new UserError(404, `${build.nvr} has no file ${wanted}.`)
        return reply.type('application/octet-stream').send(await artifacts.open(file.sha256))
      },
    )
    app.get(
      '/hub/builds/:build/headers/:nevra',
      {
        schema: {
          params: Type.Object({ ...buildParameter.properties, nevra: plainText(1000) }),
          response: { 200: rpmHeader, 422: apiError },
        },
      },
      async ({ params }) => {
        const build = await find(params.build)
        const rpm = (await rpmsOf(database, [build])).find(({ nevra }) => nevra === params.nevra)
        if (rpm === undefined) throw new UserError(404, `${build.nvr} has no package ${params.nevra}.`)
        const header = await reading.run(async () => readStoredHeader(await artifacts.path(rpm.sha256)))
        // Its JSON is far larger than the header.
        new HeaderBudget(shownHeaderBytesMax).take(header, rpm.nevra)
        return header
      },
    )
    app.get(
      '/hub/artifacts/faults',
      {
        schema: {
          querystring: Type.Object({ after: Type.Optional(Type.String({ pattern: '^[0-9a-f]{0,64}$' })) }),
          response: { 200: artifactFaults },
        },
      },
      async ({ query }) => {
        const page = { after: query.after ?? '', limit: verifiedAtOnceMax }
        const { verified, faults, next } = await verifyArtifacts({ database, clock, ...collection }, page)
        return { verified, faults, next: next ?? null }
      },
    )
    app.get(
      '/hub/events/last',
      {
        schema: {
          querystring: Type.Object({ before: Type.Optional(Type.String({ format: 'date-time' })) }),
          response: { 200: orNull(hubEvent) },
        },
      },
      async ({ query }) => {
        const before = query.before === undefined ? undefined : new Date(query.before)
        if (before !== undefined && Number.isNaN(before.getTime()))
          throw new UserError(400, 'This date or time does not exist.', 'before')
        return (await lastEvent(database, before)) ?? null
      },
    )
    app.get(
      '/hub/events/:event',
      { schema: { params: Type.Object({ event: eventNumber }), response: { 200: hubEvent } } },
      ({ params }) => requireEvent(database, params.event),
    )
  }

  /** Returns every file of a build with its path in URLs, which is Koji's path below the build's folder. */
  async function filesOf(build: HubBuild) {
    const inFolder = (...names: string[]) => names.filter((name) => name !== '').join('/')
    const rpms = await rpmsOf(database, [build])
    const signatures = await signaturesOf(
      database,
      rpms.map(({ id }) => id),
    )
    return [
      ...rpms.map((rpm) => ({ ...rpm, path: inFolder(rpm.arch, rpmFileName(rpm)) })),
      ...signatures.flatMap(({ rpmId, keyId, sha256, size }) => {
        const rpm = rpms.find(({ id }) => id === rpmId)
        return rpm === undefined
          ? []
          : [{ sha256, size, path: inFolder('data/signed', keyId, rpm.arch, rpmFileName(rpm)) }]
      }),
      ...(await archivesOf(database, build.id)).map((archive) => ({
        ...archive,
        path: inFolder('files', archive.type, archive.subdir, archive.filename),
      })),
      ...(await logsOf(database, build.id)).map((log) => ({
        ...log,
        path: inFolder('data/logs', log.subdir, log.filename),
      })),
      ...(await buildrootsOf(database, build.id)).map((root, index) => ({
        sha256: root.recordSha256,
        size: undefined,
        path: `buildroots/${index + 1}.json`,
      })),
    ]
  }

  async function present(build: HubBuild) {
    const { id } = build
    const rpms = await rpmsOf(database, [build])
    const signatures = Map.groupBy(
      await signaturesOf(
        database,
        rpms.map((rpm) => rpm.id),
      ),
      ({ rpmId }) => rpmId,
    )
    const typeinfo = await Promise.all(
      build.types.map(
        async (type) => [type, (await typeinfosOf(database, [id], type)).get(id) ?? null] as const,
      ),
    )
    return {
      ...presentBuildJson(build),
      tags: await tagNamesOf(database, id),
      extra: await extraOf(database, id),
      typeinfo: Object.fromEntries(typeinfo),
      rpms: rpms.map((rpm) => ({
        id: rpm.id,
        nevra: rpm.nevra,
        file: `${rpm.arch}/${rpmFileName(rpm)}`,
        size: rpm.size,
        sha256: rpm.sha256,
        sigmd5: rpm.sigmd5,
        signed: (signatures.get(rpm.id) ?? []).map(({ keyId }) => keyId),
      })),
      archives: (await archivesOf(database, id)).map((archive) => ({
        id: archive.id,
        type: archive.type,
        filename: archive.filename,
        subdir: archive.subdir,
        arch: archive.arch,
        size: archive.size,
        checksum_type: archive.checksumType,
        checksum: archive.checksum,
        sha256: archive.sha256,
        extra: archive.extra,
        rpms: archive.rpms.length,
      })),
      logs: (await logsOf(database, id)).map(({ subdir, filename, size, sha256 }) => ({
        subdir,
        filename,
        size,
        sha256,
      })),
      buildroots: (await buildrootsOf(database, id)).map((root, index) => ({
        id: root.id,
        host: { os: root.hostOs, arch: root.hostArch },
        container: { type: root.containerType, arch: root.containerArch },
        tools: root.tools,
        record: `buildroots/${index + 1}.json`,
      })),
    }
  }
}
