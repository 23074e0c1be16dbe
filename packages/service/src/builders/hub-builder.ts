import { UserError } from '../errors.ts'
import { moduleBuildPermission, settled, type Hub } from '../hub/index.ts'
import { nsvcOfTag } from '../published/index.ts'
import { GenericBuilder, type BuildrootPlan, type BuildrootWish } from './generic-builder.ts'

/** The groups that build roots install: for building packages, and for making source packages. */
const buildGroups = ['build', 'srpm-build'] as const

/**
 * The part of the contract that concerns tags, for backends whose builds are in a hub. Its methods throw PendingError
 * while the hub works on a change. A repeated call continues.
 */
export abstract class HubBuilder extends GenericBuilder {
  private readonly hub: Hub

  constructor(parts: { hub: Hub }) {
    super()
    this.hub = parts.hub
  }

  override async connect(plan: BuildrootPlan): Promise<void> {
    const { tag, buildTag } = plan
    const settings = { arches: plan.arches.join(' '), permission: moduleBuildPermission }
    await settled(this.hub.ensureTags([tag, buildTag].map((name) => ({ name, ...settings }))))
    await settled(this.hub.ensureTargets([{ name: tag, buildTag, destTag: tag }]))
    await settled(
      this.hub.ensureGroups(buildTag, [
        { name: 'build', packages: plan.buildGroup },
        { name: 'srpm-build', packages: plan.srpmBuildGroup },
      ]),
    )
  }

  override async addRepos(
    { tag }: Pick<BuildrootWish, 'tag' | 'platform'>,
    dependencies: readonly string[],
  ): Promise<void> {
    const buildTag = await this.buildTagOf(tag)
    const known = await this.hub.tags(dependencies)
    const missing = dependencies.filter((name) => !known.has(name))
    const lost = missing.find((name) => nsvcOfTag(name) === undefined)
    if (lost !== undefined)
      throw new UserError(
        422,
        `the hub has no tag ${lost}, which the build root needs: its module was imported without its packages; import it again with its packages (mbs import … --packages REPOSITORY)`,
      )
    // A published module has no builds in this hub. Its tag only marks that the build root contains the module.
    const published = missing.map((name) => ({ name, permission: moduleBuildPermission }))
    await settled(this.hub.ensureTags(published))
    await settled(this.hub.setInheritance(buildTag, dependencies).then((outcome) => [outcome]))
  }

  override async addArtifacts(tag: string, nvrs: readonly string[], install: boolean): Promise<void> {
    const buildTag = await this.buildTagOf(tag)
    await settled(this.hub.tag(buildTag, nvrs))
    if (!install) return
    const packages = nvrs.map((nvr) => nvr.replace(/-[^-]+-[^-]+$/, ''))
    await settled(
      this.hub.ensureGroups(
        buildTag,
        buildGroups.map((name) => ({ name, packages })),
      ),
    )
  }

  override async addToBuildroot(
    tag: string,
    packages: Readonly<Record<'build' | 'srpm-build', readonly string[]>>,
  ): Promise<void> {
    const groups = buildGroups.map((name) => ({ name, packages: packages[name] }))
    await settled(this.hub.ensureGroups(await this.buildTagOf(tag), groups))
  }

  override async tagArtifacts(tag: string, nvrs: readonly string[]): Promise<void> {
    await settled(this.hub.tag(tag, nvrs))
  }

  /** Returns the tag that the components of a module are built from, as the module's target names it. */
  protected async buildTagOf(tag: string): Promise<string> {
    const target = await this.hub.target(tag)
    if (target === undefined) throw new Error(`there is no target ${tag}`)
    return target.buildTag
  }
}
