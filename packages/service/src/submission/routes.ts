import multipart from '@fastify/multipart'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { Artifacts } from '../artifacts/index.ts'
import { UserError } from '../errors.ts'
import { apiError, callerOf, formParts, wholePart } from '../http/index.ts'
import { extendedBuild, presentBuilds } from '../modulebuilds/index.ts'
import { sourcePackages, submissionBody } from './parameters.ts'
import { readRequest, type SubmissionRules } from './read-request.ts'
import { headerOf, srpmPath } from './components/own-srpms.ts'
import { submit, type SubmitWorld } from './submit.ts'

/** Maximum size of a source package, in bytes. */
const srpmBytesMax = 8 * 1024 ** 3

/** Maximum size of a document, in bytes; the service refuses a larger one before it parses it. */
const documentBytesMax = 1024 * 1024

/**
 * Returns the routes that submit a module build, at upstream's path, and upload source packages. Version 1 of the API
 * responds with one object, version 2 with a list.
 */
export function submissionRoutes(
  world: SubmitWorld & { submissionRules: SubmissionRules; artifacts: Artifacts },
): FastifyPluginAsyncTypebox {
  return async (app) => {
    await app.register(multipart, {
      limits: { fieldSize: documentBytesMax, fileSize: documentBytesMax, files: 1, fields: 20 },
    })
    app.post(
      '/module-build-service/:version/srpms/',
      {
        config: { may: 'submit', takes: sourcePackages },
        schema: {
          params: Type.Object({ version: Type.Integer() }),
          response: { 201: Type.Object({ srpms: Type.Array(Type.String()) }), 422: apiError },
        },
      },
      async (request, reply) => reply.status(201).send({ srpms: await takeSrpms(request, world.artifacts) }),
    )
    app.post(
      '/module-build-service/:version/module-builds/',
      {
        config: { may: 'submit', takes: submissionBody },
        schema: {
          params: Type.Object({ version: Type.Integer() }),
          response: {
            201: Type.Union([extendedBuild, Type.Array(extendedBuild)]),
            409: apiError,
            422: apiError,
          },
        },
      },
      async (request, reply) => {
        const caller = callerOf(request)
        const { owner, ...submission } = readRequest(await bodyOf(request), world.submissionRules)
        if (owner !== undefined && !caller.isTrusted)
          throw new UserError(400, 'the owner is always the caller; leave out the owner', 'owner')
        const ids = await submit(world, { ...submission, owner: owner ?? caller.name })
        const builds = await presentBuilds(world.database, ids)
        const [first] = builds
        return reply.status(201).send(request.params.version === 1 && first !== undefined ? first : builds)
      },
    )
  }
}

/** Stores the source packages of a form. From then on, a submission names each by its digest. */
async function takeSrpms(request: FastifyRequest, artifacts: Artifacts): Promise<string[]> {
  if (!request.isMultipart())
    throw new UserError(400, 'send the source packages as the files of a form', 'body')
  const paths: string[] = []
  const limits = { fileSize: srpmBytesMax, files: 1000 }
  for await (const part of formParts(() => request.files({ limits }))) {
    const filename = part.filename.replace(/^.*\//, '')
    if (!/^[A-Za-z0-9][A-Za-z0-9+._~^-]*\.src\.rpm$/.test(filename))
      throw new UserError(400, `"${filename}" cannot be the name of a source package`, 'body')
    const { sha256 } = await artifacts.put(part.file)
    if (part.file.truncated)
      throw new UserError(400, `${filename} has more than ${srpmBytesMax} bytes`, 'body')
    await headerOf(await artifacts.path(sha256), filename)
    paths.push(srpmPath(sha256, filename))
  }
  if (paths.length === 0) throw new UserError(400, 'the form contains no file', 'body')
  return paths
}

/** Reads the parameters: a JSON object, or the fields of a form whose file `yaml` is the document. */
async function bodyOf(request: FastifyRequest): Promise<Record<string, unknown>> {
  if (!request.isMultipart()) {
    const { body } = request
    if (typeof body !== 'object' || body === null || Array.isArray(body))
      throw new UserError(400, 'the body must be a JSON object', 'body')
    return body as Record<string, unknown>
  }
  const fields: [string, unknown][] = []
  for await (const part of formParts(() => request.parts())) {
    if (part.type === 'field') fields.push([part.fieldname, part.value])
    else if (part.fieldname === 'yaml') {
      const name = part.filename.replace(/^.*\//, '').replace(/\.ya?ml$/, '')
      fields.push(['modulemd', (await wholePart(part)).toString()])
      if (name !== '') fields.unshift(['module_name', name])
    } else
      throw new UserError(400, `the file "${part.fieldname}" is unknown; send the document as "yaml"`, 'body')
  }
  return Object.fromEntries(fields)
}
