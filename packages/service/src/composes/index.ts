/** From ready modules to repositories that dnf installs from: select, assemble, publish. */
export { composeEffects, composeLifeCycle } from './life-cycle.ts'
export { composeRoutes } from './routes.ts'
