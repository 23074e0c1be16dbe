import { randomBytes } from 'node:crypto'
import multipart from '@fastify/multipart'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { Caller } from '../../../auth/index.ts'
import { messageOf, UserError } from '../../../errors.ts'
import { apiError, callerOf, formParts, nothing, plainText, rowId } from '../../../http/index.ts'
import { requirePermission, setGeneratorAccess, setPermission } from '../access.ts'
import { addBuildType } from '../builds/build-types.ts'
import { requireUserName } from '../change.ts'
import { checkImport, importChecked } from '../content-generator/import.ts'
import { epochMax, uploadPathOf } from '../content-generator/metadata.ts'
import type { UploadedFile } from '../content-generator/new-build.ts'
import { refundBuild, reserveBuild } from '../content-generator/reservations.ts'
import { storeUpload } from '../content-generator/uploads.ts'
import { requireName } from '../tags/tags.ts'
import { changing, type HubRouteParts } from './parts.ts'
import { presentBuildJson } from './present.ts'
import { conflict, importForm, missing, shownBuild } from './schemas.ts'

const closed = { additionalProperties: false }
const megabyte = 1024 * 1024

/** Limits of one import. Files go to the artifact store while they arrive. */
const limits = {
  fieldSize: 64 * megabyte,
  fields: 4,
  files: 20_000,
  parts: 20_010,
  fileSize: 2 ** 40,
  headerPairs: 100,
}

/** The routes that import builds from elsewhere, and those that control who may import. */
export function importRoutes(parts: HubRouteParts): FastifyPluginAsyncTypebox {
  return async (app) => {
    await app.register(multipart, { limits })
    app.post(
      '/hub/cg-import',
      {
        config: { may: 'hub', takes: importForm },
        schema: { response: { 201: shownBuild, ...missing, ...conflict, 422: apiError } },
      },
      async (request, reply) => {
        const caller = callerOf(request)
        const { checked, files } = await receive(request, caller)
        const build = await importChecked(parts, caller, checked, files)
        return reply.status(201).send(presentBuildJson(build))
      },
    )
    app.post(
      '/hub/cg-reservations/',
      {
        config: { may: 'hub' },
        schema: {
          body: Type.Object(
            {
              content_generator: plainText(256),
              name: plainText(256),
              version: plainText(256),
              release: plainText(256),
              epoch: Type.Optional(
                Type.Union([Type.Integer({ minimum: 0, maximum: epochMax }), Type.Null()]),
              ),
            },
            closed,
          ),
          response: {
            201: Type.Object({ build_id: Type.Integer(), token: Type.String() }),
            ...missing,
            ...conflict,
          },
        },
      },
      async (request, reply) => {
        const { content_generator: generator, epoch = null, ...name } = request.body
        const token = randomBytes(32).toString('hex')
        const id = await changing(parts, request, 'reserve build', (change) =>
          reserveBuild(change, generator, { ...name, epoch }, token),
        )
        return reply.status(201).send({ build_id: id, token })
      },
    )
    app.delete(
      '/hub/cg-reservations/:id',
      {
        config: { may: 'hub' },
        schema: {
          params: Type.Object({ id: rowId }),
          body: Type.Object(
            { content_generator: plainText(256), token: plainText(256), state: Type.Optional(plainText(20)) },
            closed,
          ),
          response: { 204: nothing, ...conflict },
        },
      },
      async (request, reply) => {
        const { content_generator: generator, token, state = 'failed' } = request.body
        if (state !== 'failed' && state !== 'canceled')
          throw new UserError(400, 'Only FAILED/CANCELED build states are allowed', 'state')
        await changing(parts, request, 'refund build', (change) =>
          refundBuild(change, generator, request.params.id, token, state),
        )
        return reply.status(204).send()
      },
    )
    app.put(
      '/hub/users/:user',
      {
        config: { may: 'hub', takes: 'nothing' },
        schema: { params: Type.Object({ user: plainText(256) }), response: { 204: nothing } },
      },
      async (request, reply) => {
        await changing(parts, request, 'user', async (change) => {
          await requirePermission(change, 'admin')
          await change.userId(requireUserName(request.params.user))
        })
        return reply.status(204).send()
      },
    )
    const withPermission = Type.Object({ user: plainText(256), permission: plainText(256) })
    const withGenerator = Type.Object({ user: plainText(256), generator: plainText(256) })
    for (const [method, isGranted] of [
      ['put', true],
      ['delete', false],
    ] as const) {
      app[method](
        '/hub/users/:user/permissions/:permission',
        {
          config: { may: 'hub', takes: 'nothing' },
          schema: { params: withPermission, response: { 204: nothing } },
        },
        async (request, reply) => {
          const { user, permission } = request.params
          requireName(permission)
          await changing(parts, request, 'permission', (change) =>
            setPermission(change, requireUserName(user), permission, isGranted),
          )
          return reply.status(204).send()
        },
      )
      app[method](
        '/hub/content-generators/:generator/users/:user',
        {
          config: { may: 'hub', takes: 'nothing' },
          schema: { params: withGenerator, response: { 204: nothing } },
        },
        async (request, reply) => {
          const { user, generator } = request.params
          requireName(generator)
          await changing(parts, request, 'content generator', (change) =>
            setGeneratorAccess(change, requireUserName(user), generator, isGranted),
          )
          return reply.status(204).send()
        },
      )
    }
    app.put(
      '/hub/build-types/:type',
      {
        config: { may: 'hub', takes: 'nothing' },
        schema: { params: Type.Object({ type: plainText(64) }), response: { 204: nothing } },
      },
      async (request, reply) => {
        await changing(parts, request, 'build type', (change) => addBuildType(change, request.params.type))
        return reply.status(204).send()
      },
    )
  }

  /** Reads the form: first `metadata`, then `token` if given, then the files by path. */
  async function receive(request: FastifyRequest, caller: Caller) {
    if (!request.isMultipart())
      throw new UserError(
        400,
        'Send multipart/form-data: the field "metadata" first, then a file per output.',
      )
    let metadata: unknown
    let token: string | undefined
    let looked: ReturnType<typeof look> | undefined
    const files = new Map<string, UploadedFile>()
    const look = async () => {
      if (metadata === undefined)
        throw new UserError(400, 'The field "metadata" must be there, before the files.', 'metadata')
      const given = { metadata, ...(token === undefined ? {} : { token }) }
      const checked = await checkImport(parts, caller, given)
      return { checked, paths: new Set(checked.metadata.output.map(uploadPathOf)) }
    }
    // Runs once, before the first file: a request that would be refused anyway is refused before its files are read.
    const check = () => (looked ??= look())
    for await (const part of formParts(() => request.parts())) {
      if (part.fieldname === 'metadata') {
        if (metadata !== undefined) throw new UserError(400, 'The field "metadata" comes twice.', 'metadata')
        metadata = parseJson(part.type === 'file' ? await shortText(part.file) : String(part.value))
      } else if (part.type === 'field' && part.fieldname === 'token') token = String(part.value)
      else if (part.type === 'file') {
        const { paths } = await check()
        // The path is the name of the field, because browsers remove the folders from a file's name.
        const path = part.fieldname === 'file' ? part.filename : part.fieldname
        if (files.has(path)) throw new UserError(400, `The file ${path} comes twice.`, path)
        // A file that the metadata do not name is read to its end and not kept.
        if (paths.has(path)) files.set(path, await storeUpload(parts.artifacts, part.file))
        else part.file.resume()
      } else throw new UserError(400, `Unknown field: "${part.fieldname}".`, part.fieldname)
    }
    const { checked } = await check()
    return { checked, files }
  }
}

async function shortText(content: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of content) {
    size += chunk.length
    if (size > limits.fieldSize)
      throw new UserError(400, `The metadata have more than ${limits.fieldSize / megabyte} MB.`, 'metadata')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch (error) {
    throw new UserError(400, `Invalid metadata: ${messageOf(error)}`, 'metadata')
  }
}
