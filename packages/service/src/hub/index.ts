/**
 * What has been built, and under which tags: *if it can be tagged it can be shipped*. The only writer of tags.
 * Words and rules are Koji's: builds, tags, inheritance, groups.
 */
import { crossedCall } from '../crash-points.ts'
import * as builds from './builds.ts'
import * as tags from './tags.ts'

export const importBuild = crossedCall('hub', builds.importBuild)
export const tagBuilds = crossedCall('hub', builds.tagBuilds)
export const addToGroup = crossedCall('hub', tags.addToGroup)
export const ensureTag = crossedCall('hub', tags.ensureTag)
export const setInheritance = crossedCall('hub', tags.setInheritance)
export { listTagged, rpmsOf } from './builds.ts'
export type { HubRpm, NewBuild, TaggedBuild } from './builds.ts'
export { candidateTag, groupPackages, parentTags } from './tags.ts'
