import { UserError } from '../../../errors.ts'

/** A link from a tag to a parent that it inherits from (Koji: a row of tag_inheritance). */
export interface InheritanceLink {
  childId: number
  parentId: number
  /** A lower number comes first. */
  priority: number
  /** Number of levels above the parent that are inherited through this link; null: all. */
  maxdepth: number | null
  /** Only the tag itself inherits through the link. Tags that inherit from the tag do not. */
  intransitive: boolean
  /** The link does not inherit the parent's arches and extra settings. */
  noconfig: boolean
  /** The link inherits only packages whose name begins with a match of this pattern; empty: all. */
  pkgFilter: string
}

/** A link in the full inheritance of a tag, with the limits that apply on the way to it. */
export interface InheritanceEntry extends InheritanceLink {
  /** 1 for a direct parent. */
  currdepth: number
  /** Number of levels above it that still count; null: all. */
  nextdepth: number | null
  /** All patterns on the way. A package must match each of them. */
  filter: readonly string[]
}

/** The links of each child tag, by ascending priority. */
export type Links = ReadonlyMap<number, readonly InheritanceLink[]>

interface Way {
  depth: number
  maxdepth: number | null
  noconfig: boolean
  filter: readonly string[]
  path: ReadonlySet<number>
}

const start: Omit<Way, 'path'> = { depth: 0, maxdepth: null, noconfig: false, filter: [] }

/**
 * Returns all links through which a tag inherits, in order of precedence (Koji: getFullInheritance). A tag may occur
 * more than once, if a later way to it lets more through than an earlier one.
 */
export function fullInheritance(tag: number, links: Links): InheritanceEntry[] {
  const order: InheritanceEntry[] = []
  const seen = new Map<number, InheritanceEntry[]>()
  const visit = (child: number, way: Way) => {
    if (way.maxdepth !== null && way.maxdepth < 1) return
    const depth = way.depth + 1
    const path = new Set([...way.path, child])
    // In Koji, too, the flag of a link stays set for the links after it.
    let { noconfig } = way
    for (const link of links.get(child) ?? []) {
      if (path.has(link.parentId) || (link.intransitive && child !== tag)) continue
      const nextdepth = deeper(link.maxdepth, way.maxdepth)
      noconfig ||= link.noconfig
      const filter = link.pkgFilter === '' ? way.filter : [...way.filter, link.pkgFilter]
      const earlier = seen.get(link.parentId) ?? []
      if (earlier.some((entry) => suffices(entry, nextdepth, noconfig))) continue
      const entry = { ...link, currdepth: depth, nextdepth, filter }
      earlier.push(entry)
      seen.set(link.parentId, earlier)
      put(order, entry)
      visit(link.parentId, { depth, maxdepth: nextdepth, noconfig, filter, path })
    }
  }
  visit(tag, { ...start, path: new Set() })
  return order
}

/**
 * Returns all links through which other tags inherit from a tag (Koji: getFullInheritance with `reverse`).
 *
 * @param links by the parent
 */
export function reverseInheritance(tag: number, links: Links): InheritanceEntry[] {
  const order: InheritanceEntry[] = []
  const seen = new Map<number, InheritanceEntry[]>()
  const visit = (parent: number, way: Omit<Way, 'maxdepth'>) => {
    const depth = way.depth + 1
    const path = new Set([...way.path, parent])
    let { noconfig } = way
    for (const link of links.get(parent) ?? []) {
      if (path.has(link.childId) || (link.maxdepth !== null && link.maxdepth < depth - 1)) continue
      noconfig ||= link.noconfig
      const filter = link.pkgFilter === '' ? way.filter : [...way.filter, link.pkgFilter]
      const earlier = seen.get(link.childId) ?? []
      if (earlier.some((entry) => suffices(entry, null, noconfig))) continue
      const entry = { ...link, currdepth: depth, nextdepth: null, filter }
      earlier.push(entry)
      seen.set(link.childId, earlier)
      put(order, entry)
      if (!link.intransitive) visit(link.childId, { depth, noconfig, filter, path })
    }
  }
  visit(tag, { ...start, path: new Set() })
  return order
}

/** With filters a tag can occur many times: each layer of filtered links doubles the number. */
const entriesMax = 10_000

function put(order: InheritanceEntry[], entry: InheritanceEntry): void {
  if (order.length >= entriesMax)
    throw new UserError(
      422,
      `the inheritance has more than ${entriesMax} entries: too many filtered links lead to the same tags`,
    )
  order.push(entry)
}

/** Returns the remaining depth after a link. */
function deeper(own: number | null, left: number | null): number | null {
  if (left === null) return own
  return own === null ? left - 1 : Math.min(own, left) - 1
}

/** Whether an earlier entry lets through everything that a new one would. */
function suffices(earlier: InheritanceEntry, nextdepth: number | null, noconfig: boolean): boolean {
  const isShallower = earlier.nextdepth !== null && (nextdepth === null || earlier.nextdepth < nextdepth)
  return !isShallower && (!earlier.noconfig || noconfig) && earlier.filter.length === 0
}

/** A link to set, or to remove with `isDeleted`. */
export type LinkChange = Omit<InheritanceLink, 'childId'> | { parentId: number; isDeleted: true }

/** A link as a caller requests it. An omitted property stays as it is. */
export type WantedLink =
  | (Pick<InheritanceLink, 'parentId'> & Partial<Omit<InheritanceLink, 'childId'>>)
  | { parentId: number; isDeleted: true }

/** The properties of a link that inherits everything. */
export const plainLink = { maxdepth: null, intransitive: false, noconfig: false, pkgFilter: '' } as const

/** The largest integer of PostgreSQL and Koji. */
const priorityMax = 2_147_483_647

/**
 * Completes links with the values of existing ones. A new link gets a priority after the last one, as upstream's
 * service appends.
 *
 * @throws UserError (409) when no higher priority is free
 */
export function completeLinks(
  before: readonly InheritanceLink[],
  wanted: readonly WantedLink[],
): LinkChange[] {
  let next = before.reduce((highest, { priority }) => Math.max(highest, priority + 10), 0)
  return wanted.map((link) => {
    if ('isDeleted' in link) return link
    const known = before.find(({ parentId }) => parentId === link.parentId)
    const priority = link.priority ?? known?.priority ?? next
    if (priority > priorityMax)
      throw new UserError(409, 'no higher priority is free; give a priority', 'priority')
    next = Math.max(next, priority + 10)
    return { ...plainLink, ...known, ...link, priority }
  })
}
