import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyPluginAsync } from 'fastify'
import { messageOf } from '../errors.ts'
import type { Metrics } from './metrics.ts'

/** What does not answer for so long is of no use. */
const patienceMs = 3000

/** One thing that must be so for this process to be of use; throws when it is not. */
export type ReadinessCheck = () => Promise<void>

/** What those ask who keep the service running. */
export function telemetryRoutes(parts: {
  metrics: Metrics
  checks: Readonly<Record<string, ReadinessCheck>>
}): FastifyPluginAsync {
  return async (app) => {
    await Promise.resolve()
    // The process lives and its event loop turns.
    app.get('/healthz', () => ({ status: 'ok' }))
    app.get('/readyz', async (_request, reply) => {
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
    })
    // The second one is where upstream has them.
    for (const path of ['/metrics', '/module-build-service/:version/monitor/metrics'])
      app.get(path, async (_request, reply) =>
        reply.type(parts.metrics.registry.contentType).send(await parts.metrics.registry.metrics()),
      )
  }
}
