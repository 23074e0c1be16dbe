import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { messageOf } from '../errors.ts'
import type { Metrics } from './metrics.ts'

/** Time limit of a readiness check, in milliseconds. */
const patienceMs = 3000

/** A condition that this process needs to be ready; throws when the condition is not met. */
export type ReadinessCheck = () => Promise<void>

const health = Type.Object({ status: Type.Literal('ok') })

const readiness = Type.Object({
  status: Type.Enum(['ready', 'not ready']),
  checks: Type.Record(Type.String(), Type.String({ description: 'ok, or the problem' })),
})

const exposition = {
  description: 'in the form of Prometheus',
  content: { 'text/plain': { schema: Type.String() } },
}

/** Returns the routes for operators: health, readiness and metrics. */
export function telemetryRoutes(parts: {
  metrics: Metrics
  checks: Readonly<Record<string, ReadinessCheck>>
}): FastifyPluginAsyncTypebox {
  return async (app) => {
    await Promise.resolve()
    // A response shows that the process is alive and its event loop runs.
    app.get('/healthz', { schema: { response: { 200: health } } }, () => ({ status: 'ok' as const }))
    app.get(
      '/readyz',
      { schema: { response: { 200: readiness, 503: readiness } } },
      async (_request, reply) => {
        const results = await Promise.all(
          Object.entries(parts.checks).map(async ([name, check]) => {
            const late = sleep(patienceMs, `no answer in ${patienceMs / 1000} s`, { ref: false })
            const trouble = await Promise.race([check().then(() => undefined, messageOf), late])
            return [name, trouble ?? 'ok'] as const
          }),
        )
        const isReady = results.every(([, result]) => result === 'ok')
        return reply
          .status(isReady ? 200 : 503)
          .send({ status: isReady ? 'ready' : 'not ready', checks: Object.fromEntries(results) })
      },
    )
    // The second path is upstream's.
    for (const path of ['/metrics', '/module-build-service/:version/monitor/metrics'])
      app.get(path, { schema: { response: { 200: exposition } } }, async (_request, reply) =>
        reply.type(parts.metrics.registry.contentType).send(await parts.metrics.registry.metrics()),
      )
  }
}
