/** Data for operators: metrics, and whether a process is alive and ready. */
export { Metrics } from './metrics.ts'
export type { GaugeSource } from './metrics.ts'
export { telemetryRoutes } from './routes.ts'
export type { ReadinessCheck } from './routes.ts'
