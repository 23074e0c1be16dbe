/** Who asks, and what they may ask for. What else matters (whose build it is, permissions of the hub) is the rooms'. */
export { Authenticator, type AuthConfig } from './authenticator.ts'
export { serviceCaller } from './caller.ts'
export type { Caller } from './caller.ts'
export type { May } from './may.ts'
