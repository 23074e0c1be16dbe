/** What release engineers say of modules beside their streams, in a repository with a branch per platform. */
export { readBesideStreams } from './read-beside-streams.ts'
