/**
 * PostgreSQL in every deployment: an embedded cluster in the data folder, or a configured server. There is one dialect
 * and one set of migrations. SQL of the rooms never reads the clock: instants are arguments.
 */
export { connect, databaseOn, idOf, inTransaction, instanceOf, outsideTransactions } from './connect.ts'
export type { Database, Tx } from './connect.ts'
export { joinEmbeddedCluster, temporaryCluster } from './embedded.ts'
export type { EmbeddedCluster } from './embedded.ts'
export { gather } from './gather.ts'
export { GroupCommit } from './group-commit.ts'
export { migrate } from './migrate.ts'
export { plannedEachTime, PreparingClient } from './prepared.ts'
export { slices } from './slices.ts'
export { together } from './together.ts'
