/**
 * What build roots are made of: repositories, groups, arches. Those of the configuration, and the one that is made
 * from this host's own packages.
 */
export { openPlatforms } from './platform.ts'
export type { Platform } from './platform.ts'
export { publishedPlatform, type PublishedSource } from './published-config.ts'
