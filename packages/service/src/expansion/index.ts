/** From a document to its builds: base module, modules to build against, contexts, version. Pure functions. */
export { planBatches, type OrderedComponents } from './batches.ts'
export { compatibleBases, type Block, type StreamChoices } from './blocks.ts'
export { mbsDataOf, universeOfDocuments } from './document-universe.ts'
export { requireBounded } from './bounds.ts'
export { nameFault } from './names.ts'
export { expand, type Expansion, type Expansions } from './expand.ts'
export {
  paddedStreamVersion,
  prefixedVersion,
  streamVersion,
  timeVersion,
  type StreamSuffixes,
} from './stream-version.ts'
export {
  defaultContext,
  nsvcOf,
  plainBuild,
  Universe,
  upstreamRules,
  type ExpansionRules,
  type KnownBuild,
} from './universe.ts'
export { asksForDependencyOrder } from './mbs-options.ts'
export { applyOverrides, listsOf, presentBlocks, type Overrides, type StreamOverrides } from './overrides.ts'
export { resolveVirtualStreams } from './virtual-streams.ts'
