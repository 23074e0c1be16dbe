/**
 * Authentication of callers, and their permissions. Other rules (the owner of a build, permissions of the hub) belong
 * to the rooms.
 */
export { Authenticator, type AuthConfig } from './authenticator.ts'
export { serviceCaller } from './caller.ts'
export type { Caller } from './caller.ts'
export type { May } from './may.ts'
