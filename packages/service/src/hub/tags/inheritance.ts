import { UserError } from '../../errors.ts'

/** That a tag inherits from a parent (Koji: a row of tag_inheritance). */
export interface InheritanceLink {
  childId: number
  parentId: number
  /** Lower goes first. */
  priority: number
  /** So many levels above the parent are inherited through this link; null: all. */
  maxdepth: number | null
  /** Only the tag itself inherits through it, not what inherits from the tag. */
  intransitive: boolean
  /** The parent's arches and extra settings are not inherited. */
  noconfig: boolean
  /** Only packages are inherited whose name begins with a match of this pattern; empty: all. */
  pkgFilter: string
}

/** A link on the way from a tag, with what the way has made of it. */
export interface InheritanceEntry extends InheritanceLink {
  /** 1 for a direct parent. */
  currdepth: number
  /** How many levels above it still count; null: all. */
  nextdepth: number | null
  /** All patterns on the way: a package must match each. */
  filter: readonly string[]
}

/** The links by the tag that they start from, by ascending priority. */
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
 * All that a tag inherits from, in the order in which it counts (Koji: getFullInheritance). A tag may be there more
 * than once, where a later way to it lets more through than an earlier one.
 */
export function fullInheritance(tag: number, links: Links): InheritanceEntry[] {
  const order: InheritanceEntry[] = []
  const seen = new Map<number, InheritanceEntry[]>()
  const visit = (child: number, way: Way) => {
    if (way.maxdepth !== null && way.maxdepth < 1) return
    const depth = way.depth + 1
    const path = new Set([...way.path, child])
    // Koji keeps the flag for the links that follow, too.
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
 * All that inherits from a tag (Koji: getFullInheritance with `reverse`).
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

/** Filters let a tag come again and again: by layers of them, twice as often each time. */
const entriesMax = 10_000

function put(order: InheritanceEntry[], entry: InheritanceEntry): void {
  if (order.length >= entriesMax)
    throw new UserError(
      422,
      `the inheritance has more than ${entriesMax} entries: too many filtered links lead to the same tags`,
    )
  order.push(entry)
}

/** What a link leaves of the depth that is left. */
function deeper(own: number | null, left: number | null): number | null {
  if (left === null) return own
  return own === null ? left - 1 : Math.min(own, left) - 1
}

/** Whether an earlier entry lets through all that a new one would. */
function suffices(earlier: InheritanceEntry, nextdepth: number | null, noconfig: boolean): boolean {
  const isShallower = earlier.nextdepth !== null && (nextdepth === null || earlier.nextdepth < nextdepth)
  return !isShallower && (!earlier.noconfig || noconfig) && earlier.filter.length === 0
}

/** A link to be set, or with `isDeleted` to be taken away. */
export type LinkChange = Omit<InheritanceLink, 'childId'> | { parentId: number; isDeleted: true }

/** The same as somebody asks for it: what they leave out stays as it is. */
export type WantedLink =
  | (Pick<InheritanceLink, 'parentId'> & Partial<Omit<InheritanceLink, 'childId'>>)
  | { parentId: number; isDeleted: true }

/** A link through which everything is inherited. */
export const plainLink = { maxdepth: null, intransitive: false, noconfig: false, pkgFilter: '' } as const

/** PostgreSQL's and Koji's largest integer. */
const priorityMax = 2_147_483_647

/**
 * Completes links by what is there; new ones go behind the last one, as upstream's service appends.
 *
 * @throws UserError (409) when there is no priority behind the last one
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
      throw new UserError(409, 'there is no priority behind the last one; name one', 'priority')
    next = Math.max(next, priority + 10)
    return { ...plainLink, ...known, ...link, priority }
  })
}
