import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import type { Artifacts } from '../../artifacts/index.ts'
import { serviceCaller } from '../../auth/index.ts'
import type { Clock } from '../../clock.ts'
import { crossing } from '../../crash-points.ts'
import { GroupCommit, inTransaction, type Database, type Tx } from '../../database/index.ts'
import { InfraError, UserError } from '../../errors.ts'
import type {
  Archive,
  Build,
  BuildName,
  Content,
  ContentImport,
  Group,
  HistoryEntry,
  Hub,
  ListingOptions,
  PackageKey,
  Reservation,
  Rpm,
  SideTagPlan,
  Signature,
  SignedPackage,
  Tag,
  TaggedBuild,
  TagPlan,
  Target,
} from '../hub.ts'
import { done, type Outcome } from '../outcome.ts'
import * as builds from './builds/builds.ts'
import { discardBuild, recordOwnBuild, type OwnBuild } from './builds/record-build.ts'
import { packageKey, recordSignatures, rpmIds, signaturesOf, type RpmSignature } from './builds/signatures.ts'
import { HubChange } from './change.ts'
import { importContent } from './content-generator/import.ts'
import type { UploadedFile } from './content-generator/new-build.ts'
import { refundBuild, reserveBuild } from './content-generator/reservations.ts'
import { storeUpload } from './content-generator/uploads.ts'
import { addGroup, addToGroup, groupsOf } from './tags/groups.ts'
import { historyOf, lastChangeOf, lastEvent } from './tags/history.ts'
import { plainLink } from './tags/inheritance.ts'
import { inheritanceOrder, setInheritance } from './tags/inheritance-store.ts'
import { listTagged } from './tags/listing.ts'
import { tagBuilds, untagBuild } from './tags/tagging.ts'
import {
  createTag,
  deleteTag,
  editTag,
  findTag,
  listTags,
  requireTag,
  tagsById,
  tagsByName,
} from './tags/tags.ts'
import { createTarget, deleteTarget, editTarget, listTargets } from './tags/targets.ts'

/** The services that our own hub uses. */
export interface LocalHubParts {
  database: Database
  artifacts: Artifacts
  clock: Clock
}

/**
 * The hub in our own database, with Koji's rules. It acts as the service itself and at once: no change is ever pending.
 * The changes of one list share one transaction.
 */
export class LocalHub implements Hub {
  private readonly parts: LocalHubParts
  private readonly ownBuilds: GroupCommit<OwnBuild, string>

  constructor(parts: LocalHubParts) {
    this.parts = parts
    this.ownBuilds = new GroupCommit(parts.clock, (builds) =>
      this.change('import build', async (change) => {
        const nvrs: string[] = []
        for (const build of builds) nvrs.push(await recordOwnBuild(change.next(), build))
        return nvrs
      }),
    )
  }

  async currentEvent(): Promise<number> {
    return (await lastEvent(this.parts.database))?.id ?? 0
  }

  async tags(names: readonly string[], event?: number): Promise<ReadonlyMap<string, Tag>> {
    const found = await tagsByName(this.parts.database, names, event)
    return new Map(found.map((tag) => [tag.name, tag]))
  }

  async takenTags(names: readonly string[]): Promise<ReadonlySet<string>> {
    const { rows } = await sql<{ name: string }>`
      select name from hub_tags where name = any(${[...names]})`.execute(this.parts.database)
    return new Set(rows.map(({ name }) => name))
  }

  async tagged(tag: string, { event, ...options }: ListingOptions = {}): Promise<TaggedBuild[]> {
    return listTagged(this.parts.database, tag, {
      ...options,
      ...(event === undefined ? {} : { at: event }),
    })
  }

  async changedSince(tag: string, event: number): Promise<boolean> {
    return ((await lastChangeOf(this.parts.database, tag)) ?? 0) > event
  }

  async history(tag: string, options: { before?: number; limit: number }): Promise<HistoryEntry[]> {
    return historyOf(this.parts.database, tag, options)
  }

  async inheritance(tag: string, event?: number): Promise<string[]> {
    const { database } = this.parts
    const order = await inheritanceOrder(database, (await requireTag(database, tag, event)).id, event)
    const ids = [...new Set(order.map(({ parentId }) => parentId))]
    const tags = await tagsById(database, ids, event)
    return ids.flatMap((id) => tags.get(id)?.name ?? [])
  }

  async groups(tag: string): Promise<Group[]> {
    const groups = await groupsOf(this.parts.database, tag, { inherit: false })
    return groups.map(({ name, packages }) => ({ name, packages: packages.map((entry) => entry.package) }))
  }

  async target(name: string): Promise<Target | undefined> {
    return (await listTargets(this.parts.database, name))[0]
  }

  async builds(nvrs: readonly string[]): Promise<ReadonlyMap<string, Build>> {
    const found = await builds.findBuilds(this.parts.database, nvrs)
    return new Map(found.map((build) => [build.nvr, build]))
  }

  async typeinfos(nvrs: readonly string[], type: string): Promise<ReadonlyMap<string, unknown>> {
    const found = await builds.findBuilds(this.parts.database, nvrs)
    const nvrOf = new Map(found.map(({ id, nvr }) => [id, nvr]))
    const infos = await builds.typeinfosOf(this.parts.database, [...nvrOf.keys()], type)
    return new Map(
      [...infos].flatMap(([id, info]) => {
        const nvr = nvrOf.get(id)
        return nvr === undefined ? [] : [[nvr, info] as const]
      }),
    )
  }

  async rpms(nvrs: readonly string[], names?: readonly string[]): Promise<Rpm[]> {
    const found = await builds.findBuilds(this.parts.database, nvrs)
    return rpmsIn(found, await builds.rpmsOf(this.parts.database, found, names))
  }

  async tagsWithRpm(nvra: string): Promise<string[]> {
    return builds.tagsWithRpm(this.parts.database, nvra)
  }

  async archives(nvr: string): Promise<Archive[]> {
    const build = await builds.requireBuild(this.parts.database, nvr)
    const archives = await builds.archivesOf(this.parts.database, build.id)
    return archives.map(({ sha256, ...archive }) => ({ ...archive, content: { sha256 } }))
  }

  async rpmsOfArchives(nvr: string): Promise<Rpm[]> {
    const { database } = this.parts
    const rpms = await builds.rpmsOfArchives(database, (await builds.requireBuild(database, nvr)).id)
    const ids = [...new Set(rpms.map(({ buildId }) => buildId))]
    return rpmsIn(await builds.buildsById(database, ids), rpms)
  }

  async signatures(packages: readonly PackageKey[], keyId?: string): Promise<Signature[]> {
    const { database } = this.parts
    const ids = await rpmIds(database, packages)
    const found = Map.groupBy(await signaturesOf(database, [...ids.values()], keyId), ({ rpmId }) => rpmId)
    return packages.flatMap(({ nvra, sigmd5 }) => {
      const id = ids.get(packageKey({ nvra, sigmd5 }))
      const own = (id === undefined ? undefined : found.get(id)) ?? []
      return own.map(({ keyId: key, sha256 }) => ({ nvra, sigmd5, keyId: key, content: { sha256 } }))
    })
  }

  async pathOf(content: Content): Promise<string> {
    return this.parts.artifacts.path(digestOf(content))
  }

  async readText(content: Content, bytesMax: number): Promise<string> {
    return this.parts.artifacts.readText(digestOf(content), bytesMax)
  }

  async linkTo(content: Content, path: string): Promise<void> {
    await this.parts.artifacts.link(digestOf(content), path)
  }

  async ensureTags(tags: readonly TagPlan[]): Promise<Outcome[]> {
    return this.changeEach('ensure tags', tags, async (change, { name, ...settings }) => {
      if ((await findTag(change.tx, name)) === undefined) await createTag(change, name, settings)
      else await editTag(change, name, settings)
    })
  }

  async deleteTags(names: readonly string[]): Promise<Outcome[]> {
    return this.changeEach('delete tags', names, async (change, name) => {
      if ((await findTag(change.tx, name)) !== undefined) await deleteTag(change, name)
    })
  }

  async ensureTargets(targets: readonly Target[]): Promise<Outcome[]> {
    return this.changeEach('ensure targets', targets, async (change, { name, buildTag, destTag }) => {
      const [existing] = await listTargets(change.tx, name)
      if (existing === undefined) await createTarget(change, name, buildTag, destTag)
      else await editTarget(change, name, { buildTag, destTag })
    })
  }

  async deleteTargets(names: readonly string[]): Promise<Outcome[]> {
    return this.changeEach('delete targets', names, async (change, name) => {
      if ((await listTargets(change.tx, name)).length > 0) await deleteTarget(change, name)
    })
  }

  async ensureGroups(tag: string, groups: readonly Group[]): Promise<Outcome[]> {
    return this.changeEach('ensure groups', groups, async (change, { name, packages }) => {
      await addGroup(change, tag, name)
      await addToGroup(change, tag, name, packages)
    })
  }

  async setInheritance(tag: string, parents: readonly string[]): Promise<Outcome> {
    const [outcome = done] = await this.changeEach('set inheritance', [parents], async (change, names) => {
      const { id } = await requireTag(change.tx, tag)
      const links = []
      for (const [index, name] of names.entries())
        links.push({
          ...plainLink,
          parentId: (await requireTag(change.tx, name)).id,
          priority: index * 10,
        })
      await setInheritance(change, id, links, true)
    })
    return outcome
  }

  async tag(tag: string, nvrs: readonly string[]): Promise<Outcome[]> {
    return this.changeAll('tag', nvrs, async (change, some) => {
      await tagBuilds(change, tag, some)
      return some.map(() => undefined)
    })
  }

  async untag(tag: string, nvrs: readonly string[]): Promise<Outcome[]> {
    return this.changeEach('untag', nvrs, (change, nvr) => untagBuild(change, tag, nvr, { isStrict: false }))
  }

  async move(from: string, to: string, nvrs: readonly string[]): Promise<Outcome[]> {
    return this.changeEach('move', nvrs, async (change, nvr) => {
      await tagBuilds(change, to, [nvr])
      await untagBuild(change, from, nvr, { isStrict: false })
    })
  }

  /** Creates side tags as Koji's plugin does: named after the base and a number, and inheriting from the base. */
  async createSideTags(plans: readonly SideTagPlan[]): Promise<Outcome<string>[]> {
    return this.changeEach('create side tags', plans, async (change, { base, owner, key }) => {
      const { arches } = await requireTag(change.tx, base)
      const extra = { sidetag: true, sidetag_user: owner, sidetag_key: key }
      const made = await findSideTag(change.tx, base, extra)
      if (made !== undefined) return made
      const name = `${base}-side-${await change.event()}`
      await createTag(change, name, { parent: base, arches, extra })
      await createTarget(change, name, name, name)
      return name
    })
  }

  async removeSideTags(names: readonly string[]): Promise<Outcome[]> {
    return this.changeEach('remove side tags', names, async (change, name) => {
      const tag = await findTag(change.tx, name)
      if (tag === undefined) return
      if (tag.extra.get('sidetag')?.value !== true) throw new UserError(409, `${name} is not a side tag`)
      await deleteTag(change, name)
    })
  }

  async importContent({ metadata, files, reservation, replaces }: ContentImport): Promise<Outcome<string>> {
    const stored = new Map<string, UploadedFile>()
    for (const [path, content] of files)
      stored.set(path, await storeUpload(this.parts.artifacts, once(content)))
    const { name, version, release } = (metadata as { build: BuildName }).build
    return refusals(async () => {
      if (replaces === true)
        await this.change('discard build', (change) => discardBuild(change, `${name}-${version}-${release}`))
      const token = reservation === undefined ? {} : { token: reservation.token }
      const { nvr } = await importContent(this.parts, serviceCaller, { metadata, files: stored, ...token })
      return nvr
    })
  }

  async reserve(generator: string, names: readonly BuildName[]): Promise<Outcome<Reservation>[]> {
    return this.changeEach('reserve', names, async (change, build) => {
      const token = randomBytes(32).toString('hex')
      const id = await reserveBuild(change, generator, build, token)
      return { nvr: `${build.name}-${build.version}-${build.release}`, id, token }
    })
  }

  async refund(
    generator: string,
    reservations: readonly Reservation[],
    state: 'failed' | 'canceled',
  ): Promise<Outcome[]> {
    return this.changeEach('refund', reservations, async (change, { id, token }) => {
      if ((await builds.requireBuild(change.tx, id)).state === state) return
      await refundBuild(change, generator, id, token, state)
    })
  }

  async addSignatures(signed: readonly (SignedPackage & { file: string })[]): Promise<Outcome[]> {
    const { artifacts, clock } = this.parts
    const stored: (SignedPackage & Pick<RpmSignature, 'sha256' | 'size'>)[] = []
    for (const { file, ...one } of signed) stored.push({ ...one, ...(await artifacts.putFile(file)) })
    return this.changeEach('add signatures', stored, async ({ tx }, { nvra, sigmd5, ...signature }) => {
      const key = { nvra, sigmd5 }
      const rpmId = (await rpmIds(tx, [key])).get(packageKey(key))
      if (rpmId === undefined) throw new UserError(404, `No such rpm: ${nvra} with the content ${sigmd5}`)
      await recordSignatures(tx, [{ rpmId, ...signature }], clock.now())
    })
  }

  /** Our hub has the signed copies as soon as it has the signatures. */
  async writeSignedCopies(packages: readonly SignedPackage[]): Promise<Outcome[]> {
    const signed = new Set((await this.signatures(packages)).map((one) => `${packageKey(one)} ${one.keyId}`))
    return packages.map(({ nvra, sigmd5, keyId }): Outcome =>
      signed.has(`${packageKey({ nvra, sigmd5 })} ${keyId}`)
        ? done
        : { is: 'refused', reason: `${nvra} has no signature of the key ${keyId}` },
    )
  }

  outcomes(handles: readonly string[]): Promise<ReadonlyMap<string, Outcome>> {
    const unknown: Outcome = { is: 'refused', reason: 'no change of this hub is ever pending' }
    return Promise.resolve(new Map(handles.map((handle) => [handle, unknown])))
  }

  /**
   * Records a build of one of our own builders. The same packages again change nothing.
   *
   * @returns its name-version-release
   * @throws UserError (422) when a build of this name has other packages, (409) when a package's name is taken
   */
  async recordOwnBuild(build: OwnBuild): Promise<string> {
    return crossing('hub', 'recordOwnBuild', () => this.ownBuilds.add(build))
  }

  /** As {@link changeAll}, for work that changes one item at a time. */
  private async changeEach<Item, T>(
    name: string,
    items: readonly Item[],
    work: (change: HubChange, item: Item) => Promise<T>,
  ): Promise<Outcome<T>[]> {
    return this.changeAll(name, items, async (change, some) => {
      const values: T[] = []
      for (const item of some) values.push(await work(change.next(), item))
      return values
    })
  }

  /**
   * Runs one transaction for all items, with an event and an outcome for each (as Koji's massTag): of two builds of a
   * package the later one is the latest. A refused item writes nothing.
   *
   * @param work changes some items, in this order, each with an event of its own, and returns a value for each
   */
  private async changeAll<Item, T>(
    name: string,
    items: readonly Item[],
    work: (change: HubChange, some: readonly Item[]) => Promise<T[]>,
  ): Promise<Outcome<T>[]> {
    if (items.length === 0) return []
    return this.change(name, async (change) => {
      const all = await written(change.tx, () => work(change, items))
      if (all.is === 'done') return all.value.map((value) => ({ is: 'done', value }))
      // One item was refused, and its rollback undid the others too. Now each item runs in its own savepoint.
      const outcomes: Outcome<T>[] = []
      for (const item of items) {
        const one = await written(change.tx, () => work(change.anew(), [item]))
        outcomes.push(one.is === 'done' ? { is: 'done', value: one.value[0] as T } : one)
      }
      return outcomes
    })
  }

  private async change<T>(name: string, work: (change: HubChange) => Promise<T>): Promise<T> {
    const { database, clock } = this.parts
    return inTransaction(database, name, async (tx) =>
      work(await HubChange.begin(tx, serviceCaller, clock.now())),
    )
  }
}

/** Finds the side tag of a base with these settings. */
async function findSideTag(tx: Tx, base: string, extra: object): Promise<string | undefined> {
  const tags = await listTags(tx, `${base}-side-*`)
  return tags.find((tag) =>
    Object.entries(extra).every(([key, value]) => tag.extra.get(key)?.value === value),
  )?.name
}

/** Runs work in a savepoint. If it is refused, it writes nothing. */
async function written<T>(tx: Tx, work: () => Promise<T>): Promise<Outcome<T>> {
  await sql`savepoint change`.execute(tx)
  const outcome = await refusals(work)
  await (
    outcome.is === 'refused' ? sql`rollback to savepoint change` : sql`release savepoint change`
  ).execute(tx)
  return outcome
}

async function refusals<T>(work: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return { is: 'done', value: await work() }
  } catch (error) {
    if (error instanceof UserError) return { is: 'refused', reason: error.message }
    throw error
  }
}

function rpmsIn(of: readonly builds.HubBuild[], rpms: readonly builds.HubRpm[]): Rpm[] {
  const nvrs = new Map(of.map(({ id, nvr }) => [id, nvr]))
  return rpms.flatMap(({ buildId, nevra, name, arch, size, sigmd5, sha256 }) => {
    const build = nvrs.get(buildId)
    return build === undefined ? [] : [{ build, nevra, name, arch, size, sigmd5, content: { sha256 } }]
  })
}

function digestOf(content: Content): string {
  if ('sha256' in content) return content.sha256
  throw new InfraError('hub', `the content at ${content.url} is not of this hub`)
}

async function* once(content: Uint8Array): AsyncIterable<Uint8Array> {
  yield await Promise.resolve(content)
}
