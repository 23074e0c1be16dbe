/**
 * RPM repository metadata: writes the metadata of a folder of packages, and reads the package lists of
 * repositories.
 */
export { readPrimary } from './read-primary.ts'
export type { PrimaryPackage } from './read-primary.ts'
export { readRepomd } from './read-repomd.ts'
export type { Checksum, ChecksumType, MetadataRecord } from './read-repomd.ts'
export { unpack } from './unpack.ts'
export { unpackRecord } from './unpack-record.ts'
export { RepodataError, writeRepodata } from './write-repodata.ts'
export type { RepodataRequest, RunProgram } from './write-repodata.ts'
