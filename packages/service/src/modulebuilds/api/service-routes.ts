import { readModulemd, writeModulemd } from '@mbs/modulemd'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import type { Database } from '../../database/index.ts'
import { UserError } from '../../errors.ts'
import type { Hub } from '../../hub/index.ts'
import { apiError, listOf, rowId } from '../../http/index.ts'
import { finalDocuments } from '../content/module-content.ts'
import { packagesInTag } from '../content/module-packages.ts'
import { rebuildStrategies, type RebuildStrategy } from '../reuse.ts'
import { componentsOf } from '../store.ts'
import { requireBuild } from './build-routes.ts'
import { Pool } from '../../pool.ts'

const version = Type.Object({ version: Type.Integer() })

const aboutSchema = Type.Object(
  {
    version: Type.String(),
    api_version: Type.Integer(),
    auth_method: Type.Enum(['oidc', 'kerberos']),
    instance: Type.String({ description: 'of the database: the folder of its builds below dataDir' }),
  },
  { title: 'About' },
)

const strategiesSchema = listOf(
  Type.Object({
    name: Type.String(),
    description: Type.String(),
    allowed: Type.Boolean(),
    default: Type.Boolean(),
  }),
)

/** Returns the routes about the service itself, and the route of a build's published documents. */
export function serviceRoutes(parts: {
  database: Database
  hub: Hub
  about: { version: string; authMethod: 'oidc' | 'kerberos'; instance: string }
  strategies: { default: RebuildStrategy; allowed: readonly RebuildStrategy[] }
}): FastifyPluginAsyncTypebox {
  const { database, hub, about, strategies } = parts
  // The headers of a module's packages can take much memory.
  const reading = new Pool(1)
  return async (app) => {
    await Promise.resolve()
    app.get(
      '/module-build-service/:version/about/',
      { schema: { params: version, response: { 200: aboutSchema } } },
      () => ({
        version: about.version,
        api_version: 2,
        auth_method: about.authMethod,
        instance: about.instance,
      }),
    )
    app.get(
      '/module-build-service/:version/rebuild-strategies/',
      { schema: { params: version, response: { 200: strategiesSchema } } },
      () => ({
        items: Object.entries(rebuildStrategies)
          .map(([name, description]) => ({
            name,
            description,
            allowed: name === strategies.default || strategies.allowed.some((one) => one === name),
            default: name === strategies.default,
          }))
          .sort((a, b) => (a.name < b.name ? -1 : 1)),
      }),
    )
    app.get(
      '/module-build-service/:version/final-modulemd/:id',
      {
        schema: {
          params: Type.Object({ version: Type.Integer(), id: rowId }),
          response: {
            200: Type.Record(Type.String(), Type.String(), { description: 'arch → document' }),
            422: apiError,
          },
        },
      },
      async (request) => {
        const build = await requireBuild(database, request.params.id)
        const { koji_tag: tag, arches } = build
        const [document] = readModulemd(build.modulemd ?? '').documents
        if (tag === null || document?.kind !== 'modulemd' || !(await hub.tags([tag])).has(tag))
          throw new UserError(404, `Module build ${build.id} has no tag yet, so it contains no builds.`)
        const packages = (await reading.run(() => packagesInTag(hub, tag))).map(({ header }) => header)
        const components = (await componentsOf(database, [build.id])).map((row) => row.package)
        const documents = finalDocuments({ document, components, arches, packages })
        return Object.fromEntries([...documents].map(([arch, final]) => [arch, writeModulemd([final])]))
      },
    )
  }
}
