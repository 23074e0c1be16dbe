/**
 * Modules that others have published, from repositories on this disk or on the network. The room reads and verifies
 * them, and restores the lost fields of their documents as far as possible.
 */
export { completePublished, runsOn, type BaseModule } from './complete-published.ts'
export { fetchPackage, readPublishedPackages, type PublishedPackage } from './packages.ts'
export { modularContent, type ModularContent } from './modular-content.ts'
export { nsvcOfTag, publishedTag } from './published-tag.ts'
export { readPublishedModules, type PublishedModules } from './read-published.ts'
