import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { planSubmission } from './plan.ts'
import { readRequest, type SubmissionRules } from './read-request.ts'
import type { PrepareWorld } from './submission.ts'

const textOrNull = Type.Union([Type.String(), Type.Null()])
const numberOrNull = Type.Union([Type.Number(), Type.Null()])

const plannedBuild = Type.Object({
  name: Type.String(),
  stream: Type.String(),
  version: Type.String(),
  context: Type.String(),
  scratch: Type.Boolean(),
  build_context: Type.String(),
  runtime_context: Type.String(),
  platform: Type.String(),
  arches: Type.Array(Type.String()),
  buildrequires: Type.Object({}, { description: 'name → stream, version, context and more' }),
  rebuild_strategy: Type.String(),
  /** Whether components of a batch are built in the order of what they need of each other. */
  dependency_order: Type.Boolean(),
  reused_module_id: numberOrNull,
  exists: Type.Union([Type.Object({ id: Type.Integer(), state_name: Type.String() }), Type.Null()]),
  components: Type.Array(
    Type.Object({
      package: Type.String(),
      ref: textOrNull,
      batch: Type.Integer(),
      included_from: textOrNull,
      reuse: Type.Object({ code: Type.String(), detail: Type.String() }),
      expected_seconds: numberOrNull,
      expected_error: numberOrNull,
      samples: Type.Integer(),
    }),
  ),
  critical_path: Type.Object({
    packages: Type.Array(Type.String()),
    seconds: Type.Number(),
    error: Type.Number(),
    unknown: Type.Array(Type.String()),
  }),
})

/** What a submission would become. */
export const submissionPlan = Type.Object({
  refused: Type.Array(Type.Object({ message: Type.String(), where: textOrNull })),
  unmet: Type.Array(Type.String()),
  builds: Type.Array(plannedBuild),
})

/** What a submission would become, asked for with the parameters of a submission. Nothing is recorded. */
export function planRoutes(
  world: PrepareWorld & { submissionRules: SubmissionRules },
): FastifyPluginAsyncTypebox {
  return async (app) => {
    await Promise.resolve()
    app.post(
      '/module-build-service/:version/plan/',
      {
        // It changes nothing, but has repositories fetched.
        config: { may: 'submit' },
        schema: {
          params: Type.Object({ version: Type.Integer() }),
          body: Type.Record(Type.String(), Type.Unknown(), { description: 'the parameters of a submission' }),
          response: { 200: submissionPlan },
        },
      },
      async (request) => {
        // A packager may ask about a document that is not in dist-git yet.
        const rules = { ...world.submissionRules, yamlAllowed: true }
        const { owner: _owner, ...submission } = readRequest(request.body, rules)
        return planSubmission(world, submission)
      },
    )
  }
}
