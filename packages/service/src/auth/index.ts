/** Who asks, and whether they may do everything. What else they may is the rooms' own matter. */
export { Authenticator } from './authenticator.ts'
export { serviceCaller } from './caller.ts'
export type { Caller } from './caller.ts'
