/**
 * The hub in our own database: builds of packages, modules and images, tags, inheritance, package lists, groups,
 * targets, content generators, and a history in which every change is an event. Only the local builder and the code
 * that opens the hub import this folder.
 */
export { LocalHub } from './local-hub.ts'
export type { LocalHubParts } from './local-hub.ts'
export { moveEarlierFiles } from './builds/move-earlier-files.ts'
export { readPackage, type ReadPackage } from './builds/read-package.ts'
export type { NewBuildroot, NewRpm, OwnBuild } from './builds/record-build.ts'
export { openLocalHub } from './room.ts'
