import { createHash, randomUUID } from 'node:crypto'
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { AwayError, InfraError, UserError } from '../errors.ts'
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
  Reservation,
  PackageKey,
  Rpm,
  SideTagPlan,
  Signature,
  SignedPackage,
  Tag,
  TaggedBuild,
  TagPlan,
  Target,
} from './hub.ts'
import { nvraOf } from './names.ts'
import { done, type Outcome } from './outcome.ts'

/** The behaviour of a remote hub that a test wants. */
export interface Habits {
  /** Tagging, untagging and moving start a task, which ends after this number of looks at it. */
  looksUntilDone?: number
  /** Every n-th change fails before the hub does anything. */
  failsEvery?: number
  /** The hub does every n-th change, but its answer is lost. */
  losesEvery?: number
}

/** An entry that holds from one event until another. */
interface Version {
  from: number
  to: number
}

interface Tagging extends Version {
  tag: string
  nvr: string
}

interface Task {
  work: () => void
  looks: number
  outcome: Outcome
}

interface KnownBuild extends Build {
  typeinfos: Map<string, unknown>
  rpms: Rpm[]
  archives: Archive[]
  /** The packages that the archives list. */
  listed: string[]
  digest: string
  token: string | undefined
}

/**
 * A small hub without a database, for tests. Like a remote hub it has tasks, faults and lost answers. It has no package
 * lists, and its inheritance links have no options.
 */
export class MemoryHub implements Hub {
  /** If set, the hub answers no call. */
  away = false
  /** If set, the reason with which the hub refuses to tag from now on. */
  refuses: string | undefined
  private event = 0
  private readonly habits: Habits
  private readonly folder: string
  private readonly entries: (HistoryEntry & { tag: string })[] = []
  private readonly knownTags = new Map<string, Tag & { deleted: boolean; sidetag?: SideTagPlan }>()
  private readonly parents = new Map<string, { at: number; names: readonly string[] }[]>()
  private readonly knownGroups = new Map<string, Map<string, Set<string>>>()
  private readonly targets = new Map<string, Target>()
  private readonly known = new Map<string, KnownBuild>()
  private readonly taggings: Tagging[] = []
  private readonly copies = new Map<string, Signature>()
  private readonly tasks = new Map<string, Task>()
  private changes = 0

  private constructor(folder: string, habits: Habits) {
    this.folder = folder
    this.habits = habits
  }

  static async open(habits: Habits = {}): Promise<MemoryHub> {
    return new MemoryHub(await mkdtemp(path.join(os.tmpdir(), 'mbs-test-hub-')), habits)
  }

  close(): Promise<void> {
    return rm(this.folder, { recursive: true })
  }

  /** Records a build of a builder. */
  async addBuild(
    name: BuildName,
    rpms: readonly (Pick<Rpm, 'nevra' | 'name' | 'arch'> & { file: string | Buffer })[] = [],
  ): Promise<string> {
    const build = this.newBuild(name, 'mbs', ['rpm'])
    for (const { file, ...rpm } of rpms) {
      const bytes = typeof file === 'string' ? await readFile(file) : file
      const sigmd5 = createHash('md5').update(bytes).digest('hex')
      const content = await this.keep(bytes)
      build.rpms.push({ build: build.nvr, ...rpm, size: bytes.length, sigmd5, content })
    }
    this.known.set(build.nvr, build)
    return build.nvr
  }

  /** Untags a build as a person at the hub would, without the service. */
  untagByHand(tag: string, nvr: string): void {
    this.endTagging(tag, nvr)
  }

  currentEvent(): Promise<number> {
    if (this.away) return Promise.reject(new AwayError('hub', 'it does not answer'))
    return Promise.resolve(this.event)
  }

  tags(names: readonly string[]): Promise<ReadonlyMap<string, Tag>> {
    return Promise.resolve(
      new Map(
        names.flatMap((name) => {
          const tag = this.knownTags.get(name)
          return tag === undefined || tag.deleted ? [] : [[name, tag] as const]
        }),
      ),
    )
  }

  takenTags(names: readonly string[]): Promise<ReadonlySet<string>> {
    return Promise.resolve(new Set(names.filter((name) => this.knownTags.has(name))))
  }

  async tagged(tag: string, options: ListingOptions = {}): Promise<TaggedBuild[]> {
    const { event = this.event, inherit = false, latest, type } = options
    this.requireTag(tag)
    const tags = [tag, ...(inherit ? await this.inheritance(tag, event) : [])]
    const found = tags.flatMap((name) =>
      this.taggings
        .filter((one) => one.tag === name && one.from <= event && event < one.to)
        .sort((a, b) => b.from - a.from)
        .flatMap(({ nvr, from }) => {
          const build = this.known.get(nvr)
          return build === undefined ? [] : [{ ...build, tag: name, taggingEvent: from }]
        }),
    )
    const ofType = found.filter(({ types }) => type === undefined || types.includes(type))
    const seen = new Map<string, number>()
    return ofType.filter(({ name }) => {
      seen.set(name, (seen.get(name) ?? 0) + 1)
      return latest === undefined || (seen.get(name) ?? 0) <= latest
    })
  }

  async changedSince(tag: string, event: number): Promise<boolean> {
    const tags = [tag, ...(await this.inheritance(tag))]
    return this.entries.some((entry) => entry.id > event && tags.includes(entry.tag))
  }

  history(tag: string, options: { before?: number; limit: number }): Promise<HistoryEntry[]> {
    const { before = Infinity, limit } = options
    const own = this.entries.filter((entry) => entry.tag === tag && entry.id < before)
    return Promise.resolve(own.toReversed().slice(0, limit))
  }

  async inheritance(tag: string, event = this.event): Promise<string[]> {
    const direct = (this.parents.get(tag) ?? []).findLast(({ at }) => at <= event)?.names ?? []
    const above = await Promise.all(
      direct.map(async (name) => [name, ...(await this.inheritance(name, event))]),
    )
    return [...new Set(above.flat())]
  }

  groups(tag: string): Promise<Group[]> {
    const groups = [...(this.knownGroups.get(tag) ?? [])]
    return Promise.resolve(groups.map(([name, packages]) => ({ name, packages: [...packages].sort() })))
  }

  target(name: string): Promise<Target | undefined> {
    return Promise.resolve(this.targets.get(name))
  }

  builds(nvrs: readonly string[]): Promise<ReadonlyMap<string, Build>> {
    return Promise.resolve(new Map(this.found(nvrs).map((build) => [build.nvr, build])))
  }

  typeinfos(nvrs: readonly string[], type: string): Promise<ReadonlyMap<string, unknown>> {
    const having = this.found(nvrs).filter(({ typeinfos }) => typeinfos.has(type))
    return Promise.resolve(new Map(having.map(({ nvr, typeinfos }) => [nvr, typeinfos.get(type)])))
  }

  rpms(nvrs: readonly string[], names?: readonly string[]): Promise<Rpm[]> {
    const rpms = this.found([...new Set(nvrs)]).flatMap((build) => build.rpms)
    const wanted = rpms.filter(({ name }) => names?.includes(name) ?? true)
    return Promise.resolve(wanted.sort((a, b) => (a.nevra < b.nevra ? -1 : 1)))
  }

  tagsWithRpm(nvra: string): Promise<string[]> {
    const holding = [...this.known.values()].filter(({ rpms }) => rpms.some((rpm) => nvraOf(rpm) === nvra))
    const nvrs = holding.map(({ nvr }) => nvr)
    const now = this.taggings.filter(({ nvr, to }) => to === Infinity && nvrs.includes(nvr))
    return Promise.resolve([...new Set(now.map(({ tag }) => tag))].sort())
  }

  archives(nvr: string): Promise<Archive[]> {
    return Promise.resolve(this.requireBuild(nvr).archives)
  }

  rpmsOfArchives(nvr: string): Promise<Rpm[]> {
    const { listed } = this.requireBuild(nvr)
    const all = [...this.known.values()].flatMap(({ rpms }) => rpms)
    return Promise.resolve(all.filter((rpm) => listed.includes(nvraOf(rpm))))
  }

  signatures(packages: readonly PackageKey[], keyId?: string): Promise<Signature[]> {
    const copies = [...this.copies.values()].filter((copy) => packages.some(({ nvra }) => nvra === copy.nvra))
    return Promise.resolve(copies.filter((one) => keyId === undefined || one.keyId === keyId))
  }

  pathOf(content: Content): Promise<string> {
    return Promise.resolve('url' in content ? new URL(content.url).pathname : '')
  }

  async readText(content: Content, bytesMax: number): Promise<string> {
    const text = await readFile(await this.pathOf(content), 'utf8')
    if (Buffer.byteLength(text) > bytesMax)
      throw new UserError(422, `the text has more than ${bytesMax} bytes`)
    return text
  }

  async linkTo(content: Content, target: string): Promise<void> {
    await copyFile(await this.pathOf(content), target)
  }

  ensureTags(tags: readonly TagPlan[]): Promise<Outcome[]> {
    return this.each(tags, ({ name, arches, permission }) => {
      const before = this.knownTags.get(name)
      const known = before?.deleted === false ? before : { arches: '', permission: null, locked: false }
      this.knownTags.set(name, {
        ...known,
        name,
        deleted: false,
        arches: arches ?? known.arches,
        permission: permission === undefined ? known.permission : permission,
      })
    })
  }

  deleteTags(names: readonly string[]): Promise<Outcome[]> {
    return this.each(names, (name) => {
      const tag = this.knownTags.get(name)
      if (tag !== undefined) tag.deleted = true
      for (const { tag: holder, nvr, to } of this.taggings)
        if (holder === name && to === Infinity) this.endTagging(name, nvr)
      for (const [target, { buildTag, destTag }] of this.targets)
        if (buildTag === name || destTag === name) this.targets.delete(target)
      this.knownGroups.delete(name)
      this.parents.delete(name)
    })
  }

  ensureTargets(targets: readonly Target[]): Promise<Outcome[]> {
    return this.each(targets, (target) => {
      for (const tag of [target.buildTag, target.destTag]) this.requireTag(tag)
      this.targets.set(target.name, target)
    })
  }

  deleteTargets(names: readonly string[]): Promise<Outcome[]> {
    return this.each(names, (name) => void this.targets.delete(name))
  }

  ensureGroups(tag: string, groups: readonly Group[]): Promise<Outcome[]> {
    return this.each(groups, ({ name, packages }) => {
      this.requireTag(tag)
      const own = this.knownGroups.get(tag) ?? new Map<string, Set<string>>()
      own.set(name, new Set([...(own.get(name) ?? []), ...packages]))
      this.knownGroups.set(tag, own)
    })
  }

  async setInheritance(tag: string, parents: readonly string[]): Promise<Outcome> {
    const [outcome = done] = await this.each([parents], (names) => {
      for (const name of [tag, ...names]) this.requireTag(name)
      const before = this.parents.get(tag) ?? []
      if (before.at(-1)?.names.join('\n') === names.join('\n')) return
      this.parents.set(tag, [
        ...before,
        { at: this.record(tag, 'inheritance', 'added', names.join()), names },
      ])
    })
    return outcome
  }

  tag(tag: string, nvrs: readonly string[]): Promise<Outcome[]> {
    return this.later(
      nvrs,
      (nvr) => this.isTagged(tag, nvr),
      (nvr) => this.put(tag, nvr),
    )
  }

  untag(tag: string, nvrs: readonly string[]): Promise<Outcome[]> {
    return this.later(
      nvrs,
      (nvr) => !this.isTagged(tag, nvr),
      (nvr) => this.endTagging(tag, nvr),
    )
  }

  move(from: string, to: string, nvrs: readonly string[]): Promise<Outcome[]> {
    return this.later(
      nvrs,
      (nvr) => this.isTagged(to, nvr) && !this.isTagged(from, nvr),
      (nvr) => {
        this.put(to, nvr)
        this.endTagging(from, nvr)
      },
    )
  }

  createSideTags(plans: readonly SideTagPlan[]): Promise<Outcome<string>[]> {
    return this.each(plans, (plan) => {
      const { base, owner, key } = plan
      const { arches } = this.requireTag(base)
      const made = [...this.knownTags.values()].find(
        ({ sidetag, deleted }) =>
          !deleted && sidetag?.base === base && sidetag.owner === owner && sidetag.key === key,
      )
      if (made !== undefined) return made.name
      const name = `${base}-side-${this.knownTags.size}`
      const tag = { name, arches, permission: null, locked: false, deleted: false, sidetag: plan }
      this.knownTags.set(name, tag)
      this.parents.set(name, [{ at: this.record(name, 'tag', 'added', name), names: [base] }])
      this.targets.set(name, { name, buildTag: name, destTag: name })
      return name
    })
  }

  async removeSideTags(names: readonly string[]): Promise<Outcome[]> {
    const wrong = names.find((name) => {
      const tag = this.knownTags.get(name)
      return tag?.deleted === false && tag.sidetag === undefined
    })
    if (wrong !== undefined) return names.map(() => ({ is: 'refused', reason: `${wrong} is not a side tag` }))
    return this.deleteTags(names)
  }

  async importContent(content: ContentImport): Promise<Outcome<string>> {
    const { build, output } = content.metadata as {
      build: BuildName & { extra: { typeinfo: Record<string, unknown> } }
      output: { filename: string; arch: string; type: string; components?: Record<string, string>[] }[]
    }
    const digest = createHash('sha256').update(JSON.stringify(content.metadata)).digest('hex')
    const files = new Map<string, Content>()
    for (const [name, bytes] of content.files) files.set(name, await this.keep(Buffer.from(bytes)))
    const [outcome = done as never] = await this.each([build], (name) => {
      const types = Object.entries(name.extra.typeinfo)
      const nvr = `${name.name}-${name.version}-${name.release}`
      const before = this.known.get(nvr)
      if (before?.digest === digest) return nvr
      const isReserved = before?.state === 'building' && before.token === content.reservation?.token
      const isFree = before === undefined || before.state === 'failed' || before.state === 'canceled'
      const wasTagged = this.taggings.some((one) => one.nvr === nvr)
      if (!isFree && !isReserved && (content.replaces !== true || wasTagged))
        throw new UserError(409, `Build already exists: ${nvr} (id=1)`)
      const made = this.newBuild(
        name,
        'mbs',
        types.map(([type]) => type),
      )
      made.digest = digest
      made.contentGenerator = 'module-build-service'
      for (const [type, info] of types) made.typeinfos.set(type, info)
      for (const { filename, arch, type, components = [] } of output) {
        if (type === 'log') continue
        const size = content.files.get(filename)?.length ?? 0
        made.archives.push({
          type: 'module',
          filename,
          arch,
          size,
          content: files.get(filename) ?? { url: '' },
        })
        made.listed.push(
          ...components.map((one) => `${one['name']}-${one['version']}-${one['release']}.${one['arch']}`),
        )
      }
      made.archives.sort((a, b) => (a.filename < b.filename ? -1 : 1))
      this.known.set(nvr, made)
      return nvr
    })
    return outcome
  }

  reserve(_generator: string, names: readonly BuildName[]): Promise<Outcome<Reservation>[]> {
    return this.each(names, (name) => {
      const build = this.newBuild(name, 'mbs', [])
      const before = this.known.get(build.nvr)
      if (before !== undefined && before.state !== 'failed' && before.state !== 'canceled')
        throw new UserError(409, 'Build is already reserved')
      build.state = 'building'
      build.token = randomUUID()
      this.known.set(build.nvr, build)
      return { nvr: build.nvr, id: this.known.size, token: build.token }
    })
  }

  refund(
    _generator: string,
    reservations: readonly Reservation[],
    state: 'failed' | 'canceled',
  ): Promise<Outcome[]> {
    return this.each(reservations, ({ nvr, token }) => {
      const build = this.requireBuild(nvr)
      if (build.state === state) return
      if (build.token !== token) throw new UserError(409, `Token doesn't match build ${nvr}`)
      build.state = state
    })
  }

  async addSignatures(signed: readonly (SignedPackage & { file: string })[]): Promise<Outcome[]> {
    const contents = new Map<string, Content>()
    for (const { file } of signed) contents.set(file, await this.keep(await readFile(file)))
    return this.each(signed, ({ nvra, sigmd5, keyId, file }) => {
      const isKnown = [...this.known.values()].some(({ rpms }) =>
        rpms.some((rpm) => nvraOf(rpm) === nvra && rpm.sigmd5 === sigmd5),
      )
      if (!isKnown) throw new UserError(404, `No such rpm: ${nvra}`)
      this.copies.set(`${nvra} ${keyId}`, { nvra, sigmd5, keyId, content: contents.get(file) ?? null })
    })
  }

  writeSignedCopies(packages: readonly SignedPackage[]): Promise<Outcome[]> {
    return this.each(packages, ({ nvra, keyId }) => {
      if (!this.copies.has(`${nvra} ${keyId}`))
        throw new UserError(409, `${nvra} has no signature of the key ${keyId}`)
    })
  }

  outcomes(handles: readonly string[]): Promise<ReadonlyMap<string, Outcome>> {
    const found = handles.map((handle): [string, Outcome] => {
      const task = this.tasks.get(handle)
      if (task === undefined) return [handle, { is: 'refused', reason: `No such task: ${handle}` }]
      if (task.outcome.is !== 'pending' || --task.looks > 0) return [handle, task.outcome]
      task.outcome = outcomeOf(task.work)
      return [handle, task.outcome]
    })
    return Promise.resolve(new Map(found))
  }

  /**
   * Runs changes as tasks, as Koji does. If the work is already done, the outcome is `done`. (Koji's task fails then,
   * in a form that shows the reason.)
   */
  private later(
    nvrs: readonly string[],
    isDone: (nvr: string) => boolean,
    work: (nvr: string) => void,
  ): Promise<Outcome[]> {
    const looks = this.habits.looksUntilDone ?? 0
    return this.each(nvrs, work, (nvr) => {
      this.requireBuild(nvr)
      if (isDone(nvr)) return done
      if (looks === 0) return undefined
      const handle = `task ${this.tasks.size + 1}`
      const outcome: Outcome = { is: 'pending', handle }
      this.tasks.set(handle, { work: () => work(nvr), looks, outcome })
      return outcome
    })
  }

  /** Returns the outcome of each item. `ahead` may return an outcome before any work. */
  private each<Item, T>(
    items: readonly Item[],
    work: (item: Item) => T,
    ahead: (item: Item) => Outcome<T> | undefined = () => undefined,
  ): Promise<Outcome<T>[]> {
    if (this.away) return Promise.reject(new AwayError('hub', 'it does not answer'))
    const { failsEvery, losesEvery } = this.habits
    const count = ++this.changes
    if (failsEvery !== undefined && count % failsEvery === 0)
      return Promise.reject(new InfraError('hub', 'it did not get what was sent'))
    const outcomes = items.map((item): Outcome<T> => {
      try {
        return ahead(item) ?? { is: 'done', value: work(item) }
      } catch (error) {
        if (error instanceof UserError) return { is: 'refused', reason: error.message }
        throw error
      }
    })
    if (losesEvery !== undefined && count % losesEvery === 0)
      return Promise.reject(new InfraError('hub', 'its answer was lost'))
    return Promise.resolve(outcomes)
  }

  private put(tag: string, nvr: string): void {
    if (this.refuses !== undefined) throw new UserError(403, this.refuses)
    this.requireTag(tag)
    const build = this.requireBuild(nvr)
    if (build.state !== 'complete')
      throw new UserError(409, `build ${nvr} not complete: state ${build.state.toUpperCase()}`)
    if (this.isTagged(tag, nvr)) return
    this.taggings.push({ tag, nvr, from: this.record(tag, 'build', 'added', nvr), to: Infinity })
  }

  private endTagging(tag: string, nvr: string): void {
    const tagging = this.taggings.find((one) => one.tag === tag && one.nvr === nvr && one.to === Infinity)
    if (tagging !== undefined) tagging.to = this.record(tag, 'build', 'removed', nvr)
  }

  private isTagged(tag: string, nvr: string): boolean {
    return this.taggings.some((one) => one.tag === tag && one.nvr === nvr && one.to === Infinity)
  }

  private record(tag: string, subject: string, action: HistoryEntry['action'], what: string): number {
    this.event++
    this.entries.push({ id: this.event, at: new Date(), user: 'mbs', tag, subject, action, what })
    return this.event
  }

  private requireTag(name: string): Tag {
    const tag = this.knownTags.get(name)
    if (tag === undefined || tag.deleted) throw new UserError(404, `No such tagInfo: '${name}'`)
    return tag
  }

  private requireBuild(nvr: string): KnownBuild {
    const build = this.known.get(nvr)
    if (build === undefined) throw new UserError(404, `No such build: '${nvr}'`)
    return build
  }

  private found(nvrs: readonly string[]): KnownBuild[] {
    return nvrs.flatMap((nvr) => this.known.get(nvr) ?? [])
  }

  private newBuild(name: BuildName, owner: string, types: readonly string[]): KnownBuild {
    return {
      name: name.name,
      version: name.version,
      release: name.release,
      epoch: name.epoch,
      nvr: `${name.name}-${name.version}-${name.release}`,
      state: 'complete',
      owner,
      types,
      source: null,
      contentGenerator: null,
      typeinfos: new Map(),
      rpms: [],
      archives: [],
      listed: [],
      digest: '',
      token: undefined,
    }
  }

  private async keep(bytes: Buffer): Promise<Content> {
    const file = path.join(this.folder, createHash('sha256').update(bytes).digest('hex'))
    await writeFile(file, bytes)
    return { url: `file://${file}` }
  }
}

function outcomeOf(work: () => void): Outcome {
  try {
    work()
    return done
  } catch (error) {
    if (error instanceof UserError) return { is: 'refused', reason: error.message }
    throw error
  }
}
