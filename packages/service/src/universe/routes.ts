import { ModulemdError, readStream } from '@mbs/modulemd'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import type { StateNews } from '../modulebuilds/index.ts'
import type { Clock } from '../clock.ts'
import type { Database } from '../database/index.ts'
import { allowedScmUrl, type DistGitReader } from '../distgit/index.ts'
import { UserError } from '../errors.ts'
import type { ExpansionRules } from '../expansion/index.ts'
import { apiError, plainText } from '../http/index.ts'
import type { Hub } from '../hub/index.ts'
import { importedBuild, presentImported } from '../modulebuilds/index.ts'
import { importWithBuilds } from './import-module.ts'

/**
 * Returns the route that imports modules which were built elsewhere, at upstream's path. Upstream accepts only
 * `scmurl`; `modulemd` and `builds` exist only in this service.
 */
export function importRoutes(parts: {
  database: Database
  hub: Hub
  news: StateNews
  clock: Clock
  distGit: DistGitReader
  rules: ExpansionRules
  allowed: readonly string[]
}): FastifyPluginAsyncTypebox {
  const { database, clock, rules } = parts
  return async (app) => {
    await Promise.resolve()
    app.post(
      '/module-build-service/:version/import-module/',
      {
        config: { may: 'import' },
        schema: {
          params: Type.Object({ version: Type.Integer() }),
          body: Type.Object({
            scmurl: Type.Optional(Type.String({ maxLength: 2000 })),
            modulemd: Type.Optional(Type.String({ maxLength: 1024 * 1024 })),
            /** The builds of the hub that contain its packages, by name-version-release. */
            builds: Type.Optional(Type.Array(plainText(500), { maxItems: 10_000 })),
          }),
          response: {
            201: Type.Object({ module: importedBuild, messages: Type.Array(Type.String()) }),
            409: apiError,
            422: apiError,
          },
        },
      },
      async (request, reply) => {
        const { scmurl, modulemd, builds = [] } = request.body
        const source =
          modulemd === undefined
            ? await fetchFile(parts, scmurl ?? '')
            : { text: modulemd, file: 'modulemd', scmurl: null }
        const { stream, problems } = readStream(source.text)
        if (stream === undefined)
          throw new UserError(
            422,
            `${source.file} is not valid modulemd: ${new ModulemdError(problems).message}`,
            source.file,
          )
        const from = { scmurl: source.scmurl, builds }
        const { id, messages } = await importWithBuilds(parts, stream, rules, from, clock.now())
        return reply.status(201).send({ module: await presentImported(database, id), messages })
      },
    )
  }
}

async function fetchFile(
  { distGit, allowed }: { distGit: DistGitReader; allowed: readonly string[] },
  scmurl: string,
): Promise<{ text: string; file: string; scmurl: string }> {
  if (scmurl === '') throw new UserError(400, 'scmurl is missing: name the place of the module', 'scmurl')
  const { repository, name, commit: ref } = allowedScmUrl(scmurl, allowed)
  const commit = await distGit.resolveRef(repository, ref)
  const file = `${name}.yaml`
  const text = commit === undefined ? undefined : await distGit.readFile(repository, commit, file)
  if (text === undefined)
    throw new UserError(422, `there is no ${file} in ${repository} at ${ref}; is it pushed?`, 'scmurl')
  return { text, file, scmurl }
}
