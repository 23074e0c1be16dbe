/** What the service tells those who keep it running: metrics, and whether it lives and is of use. */
export { Metrics } from './metrics.ts'
export type { GaugeSource } from './metrics.ts'
export { telemetryRoutes } from './routes.ts'
export type { ReadinessCheck } from './routes.ts'
