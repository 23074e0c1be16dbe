import type { Clock } from '../clock.ts'
import { inTransaction, type Database } from '../database/index.ts'
import { addToGroup, ensureTag, setInheritance, tagBuilds } from '../hub/index.ts'
import { buildTag, GenericBuilder, type BuildrootPlan } from './generic-builder.ts'

/** The half of the contract that is about tags, for backends whose builds are in our own hub. */
export abstract class HubBuilder extends GenericBuilder {
  protected readonly database: Database
  protected readonly clock: Clock

  constructor(parts: { database: Database; clock: Clock }) {
    super()
    this.database = parts.database
    this.clock = parts.clock
  }

  override async connect(plan: BuildrootPlan): Promise<void> {
    await inTransaction(this.database, 'connect', async (tx) => {
      await ensureTag(tx, plan.tag, plan.arches)
      await ensureTag(tx, buildTag(plan.tag), plan.arches)
      await addToGroup(tx, buildTag(plan.tag), 'build', plan.buildGroup)
      await addToGroup(tx, buildTag(plan.tag), 'srpm-build', plan.srpmBuildGroup)
    })
  }

  override async addRepos(tag: string, dependencies: readonly string[]): Promise<void> {
    await inTransaction(this.database, 'add repos', (tx) => setInheritance(tx, buildTag(tag), dependencies))
  }

  override async addArtifacts(tag: string, nvrs: readonly string[], install: boolean): Promise<void> {
    const now = this.clock.now()
    await inTransaction(this.database, 'add artifacts', async (tx) => {
      await tagBuilds(tx, buildTag(tag), nvrs, now)
      if (!install) return
      const names = nvrs.map((nvr) => nvr.replace(/-[^-]+-[^-]+$/, ''))
      for (const group of ['build', 'srpm-build']) await addToGroup(tx, buildTag(tag), group, names)
    })
  }

  override async tagArtifacts(tag: string, nvrs: readonly string[]): Promise<void> {
    const now = this.clock.now()
    await inTransaction(this.database, 'tag artifacts', (tx) => tagBuilds(tx, tag, nvrs, now))
  }
}
