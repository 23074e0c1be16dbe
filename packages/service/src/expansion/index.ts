/** From a document to what is built: base module, modules to build against, contexts, version. Pure. */
export { planBatches } from './batches.ts'
export type { Block, StreamChoices } from './blocks.ts'
export { mbsDataOf, universeOfDocuments } from './document-universe.ts'
export { expand, type Expansion, type Expansions } from './expand.ts'
export { prefixedVersion, streamVersion, timeVersion } from './stream-version.ts'
export {
  nsvcOf,
  plainBuild,
  Universe,
  upstreamRules,
  type ExpansionRules,
  type KnownBuild,
} from './universe.ts'
export { resolveVirtualStreams } from './virtual-streams.ts'
