import type { Tx } from '../database/index.ts'
import type { ComponentBuildRow, ModuleBuildRow } from './store.ts'

/** Announces state changes, in the transaction that makes them. */
export interface StateNews {
  /** @param build the row after the change; its revision is the place of the change among those of the build */
  moduleBuild(tx: Tx, build: ModuleBuildRow, now: Date): Promise<void>
  /** @param build the module build of the component, with the revision of the change */
  component(tx: Tx, component: ComponentBuildRow, build: ModuleBuildRow, now: Date): Promise<void>
}
