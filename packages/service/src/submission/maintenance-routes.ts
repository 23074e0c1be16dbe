import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { UserError } from '../errors.ts'
import { callerOf, plainText } from '../http/index.ts'
import { planSubmission } from './plan.ts'
import { submissionPlan } from './plan-routes.ts'
import { rebuildOf } from './document/published.ts'
import type { Submission } from './submission.ts'
import { submit, type SubmitWorld } from './submit.ts'
import { shippedComponent, whereIs, type ShippedComponent } from './where.ts'

const name = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9+._-]{0,199}$' })

/** One stream of a rebuild: what it would become, or the builds that were made of it. */
const rebuilt = Type.Object({
  name: Type.String(),
  stream: Type.String(),
  /** The build that is built again; null for one of somebody else's. */
  from: Type.Union([Type.Integer(), Type.Null()]),
  plan: Type.Optional(submissionPlan),
  builds: Type.Optional(Type.Array(Type.Integer())),
  error: Type.Optional(Type.String()),
})
type Rebuilt = Type.Static<typeof rebuilt>

const rebuiltList = Type.Object({ items: Type.Array(rebuilt) })

/**
 * What is needed on the day of a vulnerability: where a component is, and all of those streams built again with another
 * ref of it.
 */
export function maintenanceRoutes(world: SubmitWorld): FastifyPluginAsyncTypebox {
  return async (app) => {
    await Promise.resolve()
    app.get(
      '/module-build-service/:version/where/:component',
      {
        schema: {
          params: Type.Object({ version: Type.Integer(), component: name }),
          response: { 200: Type.Object({ items: Type.Array(shippedComponent) }) },
        },
      },
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
          response: { 200: rebuiltList, 201: rebuiltList },
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
    app.post(
      '/module-build-service/:version/rebuilds/published/',
      {
        config: { may: 'operate' },
        schema: {
          params: Type.Object({ version: Type.Integer() }),
          body: Type.Object(
            {
              /** A document as it was published. */
              modulemd: Type.String({ maxLength: 1024 * 1024 }),
              /** Built on this platform, whatever it was built on before. */
              platform: Type.Optional(plainText(200)),
              /** What all components are built from; `{stream}` and `{name}` stand for those of the module. */
              ref: Type.Optional(plainText(200)),
              plan: Type.Optional(Type.Boolean()),
            },
            { additionalProperties: false },
          ),
          response: { 200: rebuilt, 201: rebuilt },
        },
      },
      async (request, reply) => {
        const { modulemd, plan = false, ...choice } = request.body
        const submission = rebuildOf(modulemd, choice)
        const { name: module, stream } = submission.source
        const said = { name: module, stream, from: null }
        const owner = plan ? undefined : callerOf(request).name
        return reply.status(plan ? 200 : 201).send(await submitOrPlan(world, said, submission, owner))
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
  return submitOrPlan(world, said, { source: { kind: 'rebuild', scmurl, branch, refs }, options: {} }, owner)
}

/** Without an owner it is planned only. */
async function submitOrPlan(
  world: SubmitWorld,
  said: Pick<Rebuilt, 'name' | 'stream' | 'from'>,
  submission: Submission,
  owner: string | undefined,
): Promise<Rebuilt> {
  if (owner === undefined) return { ...said, plan: await planSubmission(world, submission) }
  try {
    return { ...said, builds: await submit(world, { ...submission, owner }) }
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return { ...said, error: error.message }
  }
}
