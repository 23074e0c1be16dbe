/**
 * RPM files: header, NEVRA, version order. The functions are pure, except for `readRpmHeader`, which reads the
 * beginning of a file, and `contentMd5`, which reads a file from its main header to its end.
 */
export { contentMd5 } from './content-md5.ts'
export { type Dependency } from './dependencies.ts'
export { type RpmFile } from './files.ts'
export { type Nevra, NevraError, formatNevra, formatNvr, formatNvra, parseNevra } from './nevra.ts'
export { readRpmHeader } from './read-rpm-header.ts'
export { type HeaderLimits, type RpmHeader, parseRpmHeader } from './rpm-header.ts'
export { RpmReadError } from './rpm-read-error.ts'
export { type Evr, type Order, compareEvr, compareVersions } from './version-order.ts'
