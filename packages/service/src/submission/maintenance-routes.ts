import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { UserError } from '../errors.ts'
import { callerOf, plainText } from '../http/index.ts'
import { planSubmission, type SubmissionPlan } from './plan.ts'
import type { Submission } from './submission.ts'
import { submit, type SubmitWorld } from './submit.ts'
import { whereIs, type ShippedComponent } from './where.ts'

const name = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9+._-]{0,199}$' })

/** One stream of a rebuild: what it would become, or the builds that were made of it. */
interface Rebuilt {
  name: string
  stream: string
  /** The build that is built again. */
  from: number
  plan?: SubmissionPlan
  builds?: number[]
  error?: string
}

/**
 * What is needed on the day of a vulnerability: where a component is, and all of those streams built again with another
 * ref of it.
 */
export function maintenanceRoutes(world: SubmitWorld): FastifyPluginAsyncTypebox {
  return async (app) => {
    await Promise.resolve()
    app.get(
      '/module-build-service/:version/where/:component',
      { schema: { params: Type.Object({ version: Type.Integer(), component: name }) } },
      async (request) => ({ items: await whereIs(world.database, request.params.component) }),
    )
    app.post(
      '/module-build-service/:version/rebuilds/',
      {
        config: { may: 'operate' },
        schema: {
          params: Type.Object({ version: Type.Integer() }),
          body: Type.Object(
            {
              component: name,
              /** What it is built from; without it what its ref names now. */
              ref: Type.Optional(plainText(200)),
              /** `NAME:STREAM`; without it all that have the component. */
              streams: Type.Optional(Type.Array(plainText(400), { maxItems: 1000 })),
              /** Only tell what would be built. */
              plan: Type.Optional(Type.Boolean()),
            },
            { additionalProperties: false },
          ),
        },
      },
      async (request, reply) => {
        const { component, ref, streams, plan = false } = request.body
        const found = await whereIs(world.database, component)
        const chosen = chooseStreams(found, streams)
        if (chosen.length === 0)
          throw new UserError(404, `no ready module has the component ${component}`, 'component')
        const owner = callerOf(request).name
        const items: Rebuilt[] = []
        for (const one of chosen) {
          const refs = ref === undefined ? {} : { [component]: ref }
          items.push(await rebuild(world, one, refs, plan ? undefined : owner))
        }
        return reply.status(plan ? 200 : 201).send({ items })
      },
    )
  }
}

/** A document makes all contexts of its stream: each stream is built again once. */
function chooseStreams(
  found: readonly ShippedComponent[],
  streams: readonly string[] | undefined,
): ShippedComponent[] {
  const unknown = (streams ?? []).filter(
    (stream) => !found.some((one) => `${one.name}:${one.stream}` === stream),
  )
  if (unknown.length > 0)
    throw new UserError(400, `these streams do not have it: ${unknown.join(', ')}`, 'streams')
  const byStream = new Map(found.map((one) => [`${one.name}:${one.stream}`, one]))
  return [...byStream]
    .filter(([stream]) => streams === undefined || streams.includes(stream))
    .map(([, one]) => one)
}

/** One that cannot be built again does not keep the others from it. */
async function rebuild(
  world: SubmitWorld,
  { id, name: module, stream, scmurl, branch }: ShippedComponent,
  refs: Readonly<Record<string, string>>,
  owner: string | undefined,
): Promise<Rebuilt> {
  const said = { name: module, stream, from: id }
  if (scmurl === null || branch === null)
    return { ...said, error: `module build ${id} does not come from dist-git here; submit its document` }
  const submission: Submission = { source: { kind: 'rebuild', scmurl, branch, refs }, options: {} }
  if (owner === undefined) return { ...said, plan: await planSubmission(world, submission) }
  try {
    return { ...said, builds: await submit(world, { ...submission, owner }) }
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return { ...said, error: error.message }
  }
}
