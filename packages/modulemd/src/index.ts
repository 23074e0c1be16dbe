/**
 * Functions to read, check, merge, query and write the family of modulemd documents. They are pure: they take
 * texts and return documents, and the reverse.
 */
export { checkModuleStream } from './check/check-module-stream.ts'
export { type ContextInput, type Contexts, computeContexts } from './contexts.ts'
export type { ModulemdDocument } from './documents.ts'
export type { Finding, Fix, Position, Severity } from './lint/finding.ts'
export { findingOfProblem, LINT_RULES, type LintOptions, lintModulemd } from './lint/lint-modulemd.ts'
export { type LintPolicy, readPolicy, type ValueRule } from './lint/policy.ts'
export { readSpecFacts } from './lint/spec-facts.ts'
export type { SpecFacts } from './lint/subject.ts'
export type { Intent, ModuleDefaults } from './module-defaults.ts'
export { type IndexLayer, type MergeOptions, mergeIndexes } from './module-index/merge-indexes.ts'
export { type IndexedModule, ModuleIndex } from './module-index/module-index.ts'
export { readDrafts, readIndex } from './module-index/read-index.ts'
export { type ModuleSpec, parseModuleSpec } from './module-index/module-spec.ts'
export { type StreamPattern, matchesNsvca, matchesStream } from './module-index/stream-pattern.ts'
export type { ModuleObsoletes } from './module-obsoletes.ts'
export type { Configuration, ModulePackager } from './module-packager.ts'
export type {
  BuildOptions,
  ModuleComponent,
  ModuleDependencies,
  ModuleReferences,
  ModuleStream,
  ModuleStreamV1,
  Profile,
  RpmComponent,
  RpmMapEntry,
  Xmd,
} from './module-stream.ts'
export type { ModuleTranslations, Translation } from './module-translations.ts'
export { ModulemdError } from './modulemd-error.ts'
export { type Nsvc, NsvcError, type Nsvca, nsvc, parseNsvc, parseNsvca } from './nsvc.ts'
export { type Problem, type ProblemCode, formatProblem } from './problem.ts'
export { defaultProfilesOf, defaultStreamOf } from './questions/default-stream.ts'
export { allowsStream, buildDependsOn, dependsOn } from './questions/depends-on.ts'
export { type LocalisedTexts, localise } from './questions/localise.ts'
export { isInForce, obsoletesOf } from './questions/obsoletes.ts'
export { readModulemd } from './read/read-modulemd.ts'
export { type KnownNames, readPackager, readStream } from './read/read-single.ts'
export { packagerToStream, packagerToStreams } from './upgrade/packager-streams.ts'
export { upgradeStream } from './upgrade/upgrade-stream.ts'
export { modulemdToJson, writeModulemd } from './write/write-modulemd.ts'
export { decodeModulemd } from './yaml/decode.ts'
