import type { Tx } from '../database/index.ts'
import type { ComponentBuildRow, ModuleBuildRow } from './store.ts'

/** Announces state changes, in the transaction that makes them. */
export interface StateNews {
  /** @param build the row after the change; its revision is the place of the change among those of the build */
  moduleBuild(tx: Tx, build: ModuleBuildRow, now: Date): Promise<void>
  /**
   * @param components that have changed, in this order; at least one
   * @param build their module build: its revision is that of the last change, and each change has one of its own
   */
  components(
    tx: Tx,
    components: readonly ComponentBuildRow[],
    build: ModuleBuildRow,
    now: Date,
  ): Promise<void>
}
