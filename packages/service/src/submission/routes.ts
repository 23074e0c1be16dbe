import multipart from '@fastify/multipart'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import { UserError } from '../errors.ts'
import { callerOf } from '../http/index.ts'
import { extendedBuild, presentBuilds } from '../modulebuilds/index.ts'
import { readRequest, type SubmissionRules } from './read-request.ts'
import { submit, type SubmitWorld } from './submit.ts'

/** A document is refused above this, before it is read. */
const documentBytesMax = 1024 * 1024

/** Submitting a module build, at upstream's path. Version 1 answers with an object, version 2 with a list of it. */
export function submissionRoutes(
  world: SubmitWorld & { submissionRules: SubmissionRules },
): FastifyPluginAsyncTypebox {
  return async (app) => {
    await app.register(multipart, {
      limits: { fieldSize: documentBytesMax, fileSize: documentBytesMax, files: 1, fields: 20 },
    })
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

/** The parameters: a JSON object, or the fields of a form whose file `yaml` is the document. */
async function bodyOf(request: FastifyRequest): Promise<Record<string, unknown>> {
  if (!request.isMultipart()) {
    const { body } = request
    if (typeof body !== 'object' || body === null || Array.isArray(body))
      throw new UserError(400, 'the body must be a JSON object', 'body')
    return body as Record<string, unknown>
  }
  const fields: [string, unknown][] = []
  for await (const part of request.parts()) {
    if (part.type === 'field') fields.push([part.fieldname, part.value])
    else if (part.fieldname === 'yaml') {
      const name = part.filename.replace(/^.*\//, '').replace(/\.ya?ml$/, '')
      fields.push(['modulemd', (await part.toBuffer()).toString()])
      if (name !== '') fields.unshift(['module_name', name])
    } else
      throw new UserError(400, `there is no file "${part.fieldname}" here; the document is "yaml"`, 'body')
  }
  return Object.fromEntries(fields)
}
