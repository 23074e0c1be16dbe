/**
 * PostgreSQL everywhere: an embedded cluster in the data folder, or a server by configuration. One dialect, one
 * set of migrations. Domain SQL never asks for the time: instants are arguments.
 */
export { connect, databaseOn, inTransaction, instanceOf } from './connect.ts'
export type { Database, Tx } from './connect.ts'
export { joinEmbeddedCluster, temporaryCluster } from './embedded.ts'
export type { EmbeddedCluster } from './embedded.ts'
export { migrate } from './migrate.ts'
