import { serviceCaller } from '../auth/index.ts'
import type { Clock } from '../clock.ts'
import { inTransaction, type Database } from '../database/index.ts'
import { UserError } from '../errors.ts'
import {
  addGroup,
  addToGroup,
  createTag,
  createTarget,
  editTag,
  findTag,
  HubChange,
  listTargets,
  moduleBuildPermission,
  plainLink,
  requireTag,
  setInheritance,
  tagBuilds,
} from '../hub/index.ts'
import { nsvcOfTag } from '../published/index.ts'
import { GenericBuilder, type BuildrootPlan } from './generic-builder.ts'

/** The groups that every build root, and every one that a source package is made in, is installed with. */
const buildGroups = ['build', 'srpm-build'] as const

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
    const { tag, buildTag } = plan
    const arches = plan.arches.join(' ')
    await this.change('connect', async (change) => {
      for (const name of [tag, buildTag])
        if ((await findTag(change.tx, name)) === undefined)
          await createTag(change, name, { arches, permission: moduleBuildPermission })
        else await editTag(change, name, { arches })
      if ((await listTargets(change.tx, tag)).length === 0) await createTarget(change, tag, buildTag, tag)
      for (const group of buildGroups) await addGroup(change, buildTag, group)
      await addToGroup(change, buildTag, 'build', plan.buildGroup)
      await addToGroup(change, buildTag, 'srpm-build', plan.srpmBuildGroup)
    })
  }

  override async addRepos(tag: string, dependencies: readonly string[]): Promise<void> {
    await this.change('add repos', async (change) => {
      const { id } = await requireTag(change.tx, await this.buildTagOf(tag))
      const links = []
      for (const [index, name] of dependencies.entries()) {
        // What others published has no builds here: its tag only says that the build root sees it.
        if (nsvcOfTag(name) !== undefined && (await findTag(change.tx, name)) === undefined)
          await createTag(change, name, { permission: moduleBuildPermission })
        const found = await findTag(change.tx, name)
        if (found === undefined)
          throw new UserError(
            422,
            `the hub has no tag ${name}, which is to be in the build root: its module was imported without its packages; import it again with them (mbs import … --packages REPOSITORY)`,
          )
        links.push({ ...plainLink, parentId: found.id, priority: index * 10 })
      }
      await setInheritance(change, id, links, true)
    })
  }

  override async addArtifacts(tag: string, nvrs: readonly string[], install: boolean): Promise<void> {
    const buildTag = await this.buildTagOf(tag)
    await this.change('add artifacts', async (change) => {
      await tagBuilds(change, buildTag, nvrs)
      if (!install) return
      const names = nvrs.map((nvr) => nvr.replace(/-[^-]+-[^-]+$/, ''))
      for (const group of buildGroups) await addToGroup(change, buildTag, group, names)
    })
  }

  override async addToBuildroot(
    tag: string,
    packages: Readonly<Record<'build' | 'srpm-build', readonly string[]>>,
  ): Promise<void> {
    const buildTag = await this.buildTagOf(tag)
    await this.change('add to build root', async (change) => {
      for (const group of buildGroups) await addToGroup(change, buildTag, group, packages[group])
    })
  }

  override async tagArtifacts(tag: string, nvrs: readonly string[]): Promise<void> {
    await this.change('tag artifacts', (change) => tagBuilds(change, tag, nvrs))
  }

  /** The tag that the components of a module are built from: what its target says. */
  protected async buildTagOf(tag: string): Promise<string> {
    const [target] = await listTargets(this.database, tag)
    if (target === undefined) throw new Error(`there is no target ${tag}`)
    return target.buildTag
  }

  /** Changes the hub as the service itself. */
  protected async change<T>(name: string, work: (change: HubChange) => Promise<T>): Promise<T> {
    return inTransaction(this.database, name, async (tx) =>
      work(await HubChange.begin(tx, serviceCaller, this.clock.now())),
    )
  }
}
