/** From ready modules to repositories that dnf installs from: select, assemble, publish. */
export { composeGauges } from './gauges.ts'
export { composeEffects, composeLifeCycle } from './life-cycle.ts'
export { composeMessages } from './messages.ts'
export { composeRoutes } from './routes.ts'
