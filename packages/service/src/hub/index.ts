/**
 * What has been built, and under which tags: *if it can be tagged it can be shipped*. The only writer of tags.
 * Words and rules are Koji's: builds of packages, modules and images, tags, inheritance, package lists, groups, targets,
 * content generators, and a history in which every change is an event.
 */
import type { FastifyPluginAsync } from 'fastify'
import { crossedCall } from '../crash-points.ts'
import * as generator from './content-generator/import.ts'
import * as groups from './tags/groups.ts'
import * as inheritance from './tags/inheritance-store.ts'
import * as builds from './builds/record-build.ts'
import { buildRoutes } from './routes/build-routes.ts'
import { importRoutes } from './routes/import-routes.ts'
import { listRoutes } from './routes/list-routes.ts'
import type { HubRouteParts } from './routes/parts.ts'
import { tagRoutes } from './routes/tag-routes.ts'
import { taggingRoutes } from './routes/tagging-routes.ts'
import * as signing from './builds/sign-packages.ts'
import * as tagging from './tags/tagging.ts'
import * as tags from './tags/tags.ts'
import * as targets from './tags/targets.ts'

export const importContent = crossedCall('hub', generator.importContent)
export const recordOwnBuild = crossedCall('hub', builds.recordOwnBuild)
export const signPackages = crossedCall('hub', signing.signPackages)
export const discardBuild = crossedCall('hub', builds.discardBuild)
export const tagBuilds = crossedCall('hub', tagging.tagBuilds)
export const addGroup = crossedCall('hub', groups.addGroup)
export const addToGroup = crossedCall('hub', groups.addToGroup)
export const createTag = crossedCall('hub', tags.createTag)
export const editTag = crossedCall('hub', tags.editTag)
export const setInheritance = crossedCall('hub', inheritance.setInheritance)
export const createTarget = crossedCall('hub', targets.createTarget)
export const deleteTag = crossedCall('hub', tags.deleteTag)
export const deleteTarget = crossedCall('hub', targets.deleteTarget)
export { HubChange } from './change.ts'
export {
  archivesOf,
  findBuild,
  rpmFileName,
  rpmsOf,
  rpmsOfArchives,
  tagsWithRpm,
  typeinfosOf,
} from './builds/builds.ts'
export type { HubRpm } from './builds/builds.ts'
export { groupsOf } from './tags/groups.ts'
export { plainLink } from './tags/inheritance.ts'
export { inheritanceOrder } from './tags/inheritance-store.ts'
export { listTagged, type TaggedBuild } from './tags/listing.ts'
export { readPackage } from './builds/read-package.ts'
export type { NewBuildroot, NewRpm, OwnBuild, StoredFile } from './builds/record-build.ts'
export type { ImportWorld } from './content-generator/import.ts'
export type { UploadedFile } from './content-generator/new-build.ts'
export { candidateTag, develCandidateTag, findTag, isNameTaken, requireTag, tagsById } from './tags/tags.ts'
export {
  handOverModuleName,
  isOfModuleBuild,
  moduleBuildPermission,
  takeModuleName,
  type ModuleName,
} from './builds/module-names.ts'
export { moveEarlierFiles } from './builds/move-earlier-files.ts'
export { listTargets } from './tags/targets.ts'
export { storeUpload } from './content-generator/uploads.ts'

/** Everything that the hub answers over HTTP. */
export function hubRoutes(parts: HubRouteParts): FastifyPluginAsync[] {
  return [tagRoutes(parts), taggingRoutes(parts), listRoutes(parts), buildRoutes(parts), importRoutes(parts)]
}
