import multipart from '@fastify/multipart'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { Artifacts } from '../artifacts/index.ts'
import { UserError } from '../errors.ts'
import { callerOf, formParts, wholePart } from '../http/index.ts'
import { extendedBuild, presentBuilds } from '../modulebuilds/index.ts'
import { readRequest, type SubmissionRules } from './read-request.ts'
import { headerOf, srpmPath } from './components/own-srpms.ts'
import { submit, type SubmitWorld } from './submit.ts'

/** A source package is refused above this. */
const srpmBytesMax = 8 * 1024 ** 3

/** A document is refused above this, before it is read. */
const documentBytesMax = 1024 * 1024

/** Submitting a module build, at upstream's path. Version 1 answers with an object, version 2 with a list of it. */
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
        config: { may: 'submit' },
        schema: {
          params: Type.Object({ version: Type.Integer() }),
          response: { 201: Type.Object({ srpms: Type.Array(Type.String()) }) },
        },
      },
      async (request, reply) => reply.status(201).send({ srpms: await takeSrpms(request, world.artifacts) }),
    )
    app.post(
      '/module-build-service/:version/module-builds/',
      {
        config: { may: 'submit' },
        schema: {
          params: Type.Object({ version: Type.Integer() }),
          response: { 201: Type.Union([extendedBuild, Type.Array(extendedBuild)]) },
        },
      },
      async (request, reply) => {
        const caller = callerOf(request)
        const { owner, ...submission } = readRequest(await bodyOf(request), world.submissionRules)
        if (owner !== undefined && !caller.isTrusted)
          throw new UserError(400, 'the owner is who asks; leave the owner out', 'owner')
        const ids = await submit(world, { ...submission, owner: owner ?? caller.name })
        const builds = await presentBuilds(world.database, ids)
        const [first] = builds
        return reply.status(201).send(request.params.version === 1 && first !== undefined ? first : builds)
      },
    )
  }
}

/** Takes the source packages of a form into the store, each known by its digest from then on. */
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
  if (paths.length === 0) throw new UserError(400, 'the form has no file in it', 'body')
  return paths
}

/** The parameters: a JSON object, or the fields of a form whose file `yaml` is the document. */
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
      throw new UserError(400, `there is no file "${part.fieldname}" here; the document is "yaml"`, 'body')
  }
  return Object.fromEntries(fields)
}
