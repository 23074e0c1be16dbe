/**
 * What has been built, and under which tags: *if it can be tagged it can be shipped*. The only writer of tags.
 * Words and rules are Koji's: builds, tags, inheritance, groups.
 */
export { importBuild, listTagged, rpmsOf, tagBuilds } from './builds.ts'
export type { HubRpm, NewBuild, TaggedBuild } from './builds.ts'
export { addToGroup, candidateTag, ensureTag, groupPackages, parentTags, setInheritance } from './tags.ts'
