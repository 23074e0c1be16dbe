import { ModulemdError, readStream } from '@mbs/modulemd'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import type { Clock } from '../clock.ts'
import { inTransaction, type Database } from '../database/index.ts'
import { allowedScmUrl, type DistGitReader } from '../distgit/index.ts'
import { UserError } from '../errors.ts'
import type { ExpansionRules } from '../expansion/index.ts'
import { plainText } from '../http/index.ts'
import { presentImported } from '../modulebuilds/index.ts'
import { importModule } from './import-module.ts'

/** Bringing in modules that were built elsewhere, at upstream's path; `modulemd` and `builds` are ours, upstream takes `scmurl` alone. */
export function importRoutes(parts: {
  database: Database
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
            /** Builds of the hub with its packages, by name-version-release. */
            builds: Type.Optional(Type.Array(plainText(500), { maxItems: 10_000 })),
          }),
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
            `${source.file} is no valid modulemd: ${new ModulemdError(problems).message}`,
            source.file,
          )
        const { id, messages } = await inTransaction(database, 'import module', (tx) =>
          importModule(tx, stream, rules, { scmurl: source.scmurl, builds }, clock.now()),
        )
        return reply.status(201).send({ module: await presentImported(database, id), messages })
      },
    )
  }
}

async function fetchFile(
  { distGit, allowed }: { distGit: DistGitReader; allowed: readonly string[] },
  scmurl: string,
): Promise<{ text: string; file: string; scmurl: string }> {
  if (scmurl === '') throw new UserError(400, 'scmurl is missing: say where the module is', 'scmurl')
  const { repository, name, commit: ref } = allowedScmUrl(scmurl, allowed)
  const commit = await distGit.resolveRef(repository, ref)
  const file = `${name}.yaml`
  const text = commit === undefined ? undefined : await distGit.readFile(repository, commit, file)
  if (text === undefined)
    throw new UserError(422, `there is no ${file} in ${repository} at ${ref}; is it pushed?`, 'scmurl')
  return { text, file, scmurl }
}
