/** The documents of release engineers apart from streams, from a repository with a branch per platform. */
export { readBesideStreams } from './read-beside-streams.ts'
