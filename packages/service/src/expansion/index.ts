/** From a document to what is built: platform, modules to build against, context, version. Pure. */
export { expand } from './expand.ts'
export type { AvailableModule, Expansion } from './expand.ts'
export { prefixedVersion } from './stream-version.ts'
