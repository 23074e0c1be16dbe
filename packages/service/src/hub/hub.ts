import type { Outcome } from './outcome.ts'

/** Koji's build states; the position in the list is Koji's number. */
export const buildStates = ['building', 'complete', 'deleted', 'failed', 'canceled'] as const
export type BuildState = (typeof buildStates)[number]

/** Name, version, release and epoch of a build. */
export interface BuildName {
  name: string
  version: string
  release: string
  epoch: number | null
}

/** A build: the unit that can be tagged. */
export interface Build extends BuildName {
  /** Name, version and release, joined by dashes: the key of a build. */
  nvr: string
  state: BuildState
  owner: string
  /** Types of the build's content: `rpm`, `module`, `image`. */
  types: readonly string[]
  source: string | null
  contentGenerator: string | null
}

/** A build, with the tag that holds it. */
export interface TaggedBuild extends Build {
  /** The tag that holds the build: the listed tag or one that it inherits from. */
  tag: string
  /** The event that tagged the build. */
  taggingEvent: number
}

/** Where the bytes of a file are: in our artifact store, or at a URL of the hub. */
export type Content = { sha256: string } | { url: string }

/** A package of a build. */
export interface Rpm {
  /** The build that the package belongs to. */
  build: string
  /** `name-epoch:version-release.arch`, always with the epoch. */
  nevra: string
  name: string
  arch: string
  /** In bytes. */
  size: number
  /** MD5 of header and payload. A signed copy has the same one. */
  sigmd5: string
  content: Content
}

/** A file of a build that is not a package: a document, an image. */
export interface Archive {
  type: string
  filename: string
  arch: string | null
  size: number
  content: Content
}

/** Identifies a package by its name and its content. Signatures do not count. */
export interface PackageKey {
  /** `name-version-release.arch` */
  nvra: string
  /** A hub may ignore it if one name stands for one content there. */
  sigmd5: string
}

/** A copy of a package, signed with a key. */
export interface Signature extends PackageKey {
  /** The last eight digits of the key's id, Koji's sigkey. */
  keyId: string
  /** Null if the hub knows the signature but has not written the signed copy yet. */
  content: Content | null
}

/** A tag. */
export interface Tag {
  name: string
  /** Separated by spaces. */
  arches: string
  /** The permission that a user needs to tag and untag builds; null: none. */
  permission: string | null
  locked: boolean
}

/** The wanted settings of a tag. An omitted setting stays as it is; a new tag gets the hub's default. */
export type TagPlan = Pick<Tag, 'name'> & Partial<Pick<Tag, 'arches' | 'permission'>>

/** The tag that builds are made from, and the tag that they go to (Koji: a build target). */
export interface Target {
  name: string
  buildTag: string
  destTag: string
}

/** A group of packages. Build roots install the packages of a group. */
export interface Group {
  name: string
  packages: readonly string[]
}

/** One change of a tag: an entry that an event added or removed. */
export interface HistoryEntry {
  /** The event. */
  id: number
  at: Date
  user: string
  /** The kind of entry: `build`, `package`, `inheritance`, `tag`, `extra`, `group`, `group package`. */
  subject: string
  action: 'added' | 'removed'
  /** The entry, described for people: an NVR, a name, the values of a link. */
  what: string
}

/** Options of a listing of a tag. */
export interface ListingOptions {
  /** Lists the tag as it was at this event; default: as it is now. */
  event?: number
  /** Also lists the builds of the tags that the tag inherits from. */
  inherit?: boolean
  /** Maximum number of builds of each package. The nearest tag comes first, then the most recent tagging. */
  latest?: number
  /** Lists only builds with content of this type. */
  type?: string
}

/** A build that a content generator imports (Koji: CGImport). */
export interface ContentImport {
  /** Content-generator metadata, version 0. */
  metadata: unknown
  /** The files that the metadata name, by path. */
  files: ReadonlyMap<string, Uint8Array>
  /** The reservation that the import completes. */
  reservation?: Reservation
  /** Replaces an earlier import of this name if no tag ever held it and the hub can replace builds. */
  replaces?: boolean
}

/** A reserved build name. No other caller can take it until it is completed or refunded. */
export interface Reservation {
  nvr: string
  id: number
  token: string
}

/** A package and the key of its signature, existing or wanted. */
export interface SignedPackage extends PackageKey {
  keyId: string
}

/** The wanted properties of a side tag. */
export interface SideTagPlan {
  /** The tag that the side tag inherits from. */
  base: string
  owner: string
  /** Distinguishes the side tags of one owner. A second request with the same key returns the same side tag. */
  key: string
}

/**
 * A hub: the record of builds and their tags. Builds are identified by name-version-release, tags by name.
 *
 * Reads return the state now or at an event. Changes take lists and return one {@link Outcome} per item, in the same
 * order. A repeated change changes nothing and returns `done`. The hub tags the builds of a package in the order of the
 * list, so the last one is the latest.
 *
 * A hub may run on another machine. The service never calls it inside a database transaction.
 *
 * @throws AwayError from every method, when the hub cannot be reached: effects then wait and use no attempt. InfraError
 *   for a failure of one call
 */
export interface Hub {
  /** The number of the last event (Koji: getLastEvent); 0 if there is none. */
  currentEvent(): Promise<number>
  /** The tags with these names that exist. */
  tags(names: readonly string[], event?: number): Promise<ReadonlyMap<string, Tag>>
  /** The names that an existing or deleted tag has. The name of a deleted tag stays taken. */
  takenTags(names: readonly string[]): Promise<ReadonlySet<string>>
  /** @throws UserError (404) when there is no such tag */
  tagged(tag: string, options?: ListingOptions): Promise<TaggedBuild[]>
  /** Whether the tag, or a tag that it inherits from, has changed after the event. */
  changedSince(tag: string, event: number): Promise<boolean>
  /** The changes of the tag itself, newest first. */
  history(tag: string, options: { before?: number; limit: number }): Promise<HistoryEntry[]>
  /** The tags that a tag inherits from, nearest first, without duplicates. */
  inheritance(tag: string, event?: number): Promise<string[]>
  /** The groups that the tag itself defines. */
  groups(tag: string): Promise<Group[]>
  target(name: string): Promise<Target | undefined>
  /** The builds with these names that exist, in any state. */
  builds(nvrs: readonly string[]): Promise<ReadonlyMap<string, Build>>
  /**
   * The information of builds about one of their types (Koji: typeinfo). A build without any is missing in the result.
   */
  typeinfos(nvrs: readonly string[], type: string): Promise<ReadonlyMap<string, unknown>>
  /** The packages of builds, sorted by NEVRA; with `names` only packages of these names. */
  rpms(nvrs: readonly string[], names?: readonly string[]): Promise<Rpm[]>
  /** The tags that hold the build of a package, found by the package's `name-version-release.arch`. */
  tagsWithRpm(nvra: string): Promise<string[]>
  /** The archives of a build, by type and name. */
  archives(nvr: string): Promise<Archive[]>
  /** The packages that the archives of a build list, if the hub has them. */
  rpmsOfArchives(nvr: string): Promise<Rpm[]>
  signatures(packages: readonly PackageKey[], keyId?: string): Promise<Signature[]>
  /** Returns a local file with the content. The hub does not verify it, and the caller must not change it. */
  pathOf(content: Content): Promise<string>
  /**
   * Reads the content as UTF-8 text. The hub verifies it if it knows the digest.
   *
   * @throws UserError (422) when it has more than `bytesMax`
   */
  readText(content: Content, bytesMax: number): Promise<string>
  /** Puts the content at a local path, without a copy if possible. */
  linkTo(content: Content, path: string): Promise<void>

  /** Creates missing tags, and gives all of these tags the planned settings. */
  ensureTags(tags: readonly TagPlan[]): Promise<Outcome[]>
  /**
   * Deletes tags with everything that belongs to them, targets included. A tag that does not exist counts as `done`.
   */
  deleteTags(names: readonly string[]): Promise<Outcome[]>
  ensureTargets(targets: readonly Target[]): Promise<Outcome[]>
  deleteTargets(names: readonly string[]): Promise<Outcome[]>
  /** Adds groups to a tag, and packages to these groups. Other groups and packages stay. */
  ensureGroups(tag: string, groups: readonly Group[]): Promise<Outcome[]>
  /** Makes a tag inherit from exactly these tags, in this order. Returns one outcome for all. */
  setInheritance(tag: string, parents: readonly string[]): Promise<Outcome>
  /** Tags builds. The hub adds their packages to the package list of the tag. */
  tag(tag: string, nvrs: readonly string[]): Promise<Outcome[]>
  /** Untags builds. */
  untag(tag: string, nvrs: readonly string[]): Promise<Outcome[]>
  /** Moves builds from one tag to another. */
  move(from: string, to: string, nvrs: readonly string[]): Promise<Outcome[]>
  /** Creates side tags, each with a target of the same name. Returns their names. */
  createSideTags(plans: readonly SideTagPlan[]): Promise<Outcome<string>[]>
  removeSideTags(names: readonly string[]): Promise<Outcome[]>
  /** Imports a build. Returns its name-version-release. The same import again returns `done`. */
  importContent(content: ContentImport): Promise<Outcome<string>>
  /** Reserves names for a content generator. */
  reserve(generator: string, builds: readonly BuildName[]): Promise<Outcome<Reservation>[]>
  /** Refunds reservations of builds that failed or were canceled. Their names become free again. */
  refund(
    generator: string,
    reservations: readonly Reservation[],
    state: 'failed' | 'canceled',
  ): Promise<Outcome[]>
  /** Adds signatures from signed copies of packages, which are local files. */
  addSignatures(signed: readonly (SignedPackage & { file: string })[]): Promise<Outcome[]>
  /** Writes the signed copies of packages whose signatures the hub has. */
  writeSignedCopies(packages: readonly SignedPackage[]): Promise<Outcome[]>
  /** The outcomes of changes that were pending, by handle. */
  outcomes(handles: readonly string[]): Promise<ReadonlyMap<string, Outcome>>
}

/** The methods that change the hub. The process may end between such a call and its answer. */
export const hubChanges = [
  'ensureTags',
  'deleteTags',
  'ensureTargets',
  'deleteTargets',
  'ensureGroups',
  'setInheritance',
  'tag',
  'untag',
  'move',
  'createSideTags',
  'removeSideTags',
  'importContent',
  'reserve',
  'refund',
  'addSignatures',
  'writeSignedCopies',
] as const satisfies readonly (keyof Hub)[]
