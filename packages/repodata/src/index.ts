/** RPM repository metadata: writes the metadata of a folder of packages. */
export { writeRepodata } from './write-repodata.ts'
export type { RepodataRequest, RunProgram } from './write-repodata.ts'
