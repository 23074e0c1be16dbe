/**
 * What others have published: the modules of repositories on this disk or behind a network, read and verified, and
 * what their documents lost on the way there put back as far as it can be known.
 */
export { completePublished, runsOn, type BaseModule } from './complete-published.ts'
export { fetchPackage, readPublishedPackages, type PublishedPackage } from './packages.ts'
export { modularContent, type ModularContent } from './modular-content.ts'
export { nsvcOfTag, publishedTag } from './published-tag.ts'
export { readPublishedModules, type PublishedModules } from './read-published.ts'
