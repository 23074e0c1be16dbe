import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { submissionParameters } from './parameters.ts'
import { submissionPlan } from './plan-schema.ts'
import { planSubmission } from './plan.ts'
import { readRequest, type SubmissionRules } from './read-request.ts'
import type { PrepareWorld } from './submission.ts'

/** Returns the route that plans a submission, with the parameters of a submission. The service records nothing. */
export function planRoutes(
  world: PrepareWorld & { submissionRules: SubmissionRules },
): FastifyPluginAsyncTypebox {
  return async (app) => {
    await Promise.resolve()
    app.post(
      '/module-build-service/:version/plan/',
      {
        // The request changes nothing, but the service fetches repositories for it.
        config: { may: 'submit', takes: { 'application/json': submissionParameters } },
        schema: {
          params: Type.Object({ version: Type.Integer() }),
          body: Type.Record(Type.String(), Type.Unknown()),
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
