/**
 * The platforms, which provide repositories, groups and arches for build roots: those of the configuration, and one
 * that is made from this host's own packages.
 */
export { openPlatforms } from './platform.ts'
export type { Platform } from './platform.ts'
export { publishedPlatform, type PublishedSource } from './published-config.ts'
