import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { UserError } from '../errors.ts'
import { apiError, callerOf, listOf, orNull, plainText } from '../http/index.ts'
import { comesFromDistGit, notFromDistGit } from '../modulebuilds/index.ts'
import { planSubmission } from './plan.ts'
import { submissionPlan } from './plan-schema.ts'
import { rebuildOf } from './document/published.ts'
import type { Submission } from './submission.ts'
import { submit, type SubmitWorld } from './submit.ts'
import { shippedComponent, whereIs, type ShippedComponent } from './where.ts'

const name = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9+._-]{0,199}$' })

/** One stream of a rebuild, with the plan or with the builds that were made. */
const rebuilt = Type.Object(
  {
    name: Type.String(),
    stream: Type.String(),
    from: orNull(
      Type.Integer({ description: 'the build that is rebuilt; null for a module of another service' }),
    ),
    plan: Type.Optional(submissionPlan),
    builds: Type.Optional(Type.Array(Type.Integer())),
    error: Type.Optional(Type.String()),
  },
  { title: 'Rebuilt' },
)
type Rebuilt = Type.Static<typeof rebuilt>

const rebuiltList = listOf(rebuilt)

/**
 * Returns the routes for the day of a vulnerability: they find the modules with a component, and build all of those
 * streams again with another ref of the component.
 */
export function maintenanceRoutes(world: SubmitWorld): FastifyPluginAsyncTypebox {
  return async (app) => {
    await Promise.resolve()
    app.get(
      '/module-build-service/:version/where/:component',
      {
        schema: {
          params: Type.Object({ version: Type.Integer(), component: name }),
          response: { 200: listOf(shippedComponent) },
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
              /** The component's new ref; without it, the document's ref is resolved again. */
              ref: Type.Optional(plainText(200)),
              /** `NAME:STREAM`; without it, all streams that have the component. */
              streams: Type.Optional(Type.Array(plainText(400), { maxItems: 1000 })),
              /** Only plan the builds. */
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
              /** A published document. */
              modulemd: Type.String({ maxLength: 1024 * 1024 }),
              /** The platform for the rebuild, which replaces the original one. */
              platform: Type.Optional(plainText(200)),
              /** The ref for all components; `{stream}` and `{name}` stand for those of the module. */
              ref: Type.Optional(plainText(200)),
              plan: Type.Optional(Type.Boolean()),
            },
            { additionalProperties: false },
          ),
          response: { 200: rebuilt, 201: rebuilt, 422: apiError },
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

/**
 * Chooses one build of each stream: its document makes all contexts of the stream, so each stream is built again once.
 */
function chooseStreams(
  found: readonly ShippedComponent[],
  streams: readonly string[] | undefined,
): ShippedComponent[] {
  const unknown = (streams ?? []).filter(
    (stream) => !found.some((one) => `${one.name}:${one.stream}` === stream),
  )
  if (unknown.length > 0)
    throw new UserError(400, `these streams do not contain it: ${unknown.join(', ')}`, 'streams')
  const byStream = new Map(found.map((one) => [`${one.name}:${one.stream}`, one]))
  return [...byStream]
    .filter(([stream]) => streams === undefined || streams.includes(stream))
    .map(([, one]) => one)
}

/** Rebuilds one stream. A stream that cannot be built again does not stop the rebuild of the others. */
async function rebuild(
  world: SubmitWorld,
  shipped: ShippedComponent,
  refs: Readonly<Record<string, string>>,
  owner: string | undefined,
): Promise<Rebuilt> {
  const { id, name: module, stream } = shipped
  const said = { name: module, stream, from: id }
  if (!comesFromDistGit(shipped)) return { ...said, error: notFromDistGit(id) }
  const { scmurl, branch } = shipped
  return submitOrPlan(world, said, { source: { kind: 'rebuild', scmurl, branch, refs }, options: {} }, owner)
}

/** Submits a build for an owner; without an owner, only plans it. */
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
