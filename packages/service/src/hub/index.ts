/**
 * The record of builds and their tags: *if it can be tagged it can be shipped*. Other rooms use only the interface
 * {@link Hub}. Our own hub is in `local/`; its terms and rules are Koji's.
 */
export { hubChanges } from './hub.ts'
export type {
  Archive,
  Build,
  BuildName,
  Content,
  ContentImport,
  Hub,
  Rpm,
  Tag,
  TaggedBuild,
  TagPlan,
  Target,
} from './hub.ts'
export { limited } from './limited.ts'
export { candidateTag, develCandidateTag, moduleBuildPermission, nvraOf, rpmFileName } from './names.ts'
export { openHub } from './room.ts'
export { settled } from './outcome.ts'
export type { Outcome } from './outcome.ts'
export { signPackages } from './sign-packages.ts'
