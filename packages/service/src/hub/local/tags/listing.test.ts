import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDatabase } from '../../../../test/support/database.ts'
import { serviceCaller } from '../../../auth/index.ts'
import { connect, inTransaction, type Database } from '../../../database/index.ts'
import { HubChange } from '../change.ts'
import { lastEvent } from './history.ts'
import { setInheritance } from './inheritance-store.ts'
import { listTagged } from './listing.ts'
import { addPackage, blockPackage, packagesOf, removePackage } from './packages.ts'
import { recordOwnBuild } from '../builds/record-build.ts'
import { tagBuild, untagBuild } from './tagging.ts'
import { plainLink } from './inheritance.ts'
import { createTag, requireTag } from './tags.ts'

const tags = ['t0', 't1', 't2', 't3', 't4', 't5']
const packages = ['bash', 'glibc', 'hello']
const builds = packages.flatMap((name) => ['1', '2'].map((version) => `${name}-${version}-1`))
const patterns = ['', '', '', 'h', '.*b', 'bash|glibc']

const tag = fc.nat(tags.length - 1)
const step = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      what: fc.constant('link' as const),
      child: tag,
      parent: tag,
      priority: fc.nat(4),
      maxdepth: fc.option(fc.nat(3)),
      intransitive: fc.boolean(),
      noconfig: fc.boolean(),
      pkgFilter: fc.constantFrom(...patterns),
    }),
  },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('unlink' as const), child: tag, parent: tag }) },
  {
    weight: 2,
    arbitrary: fc.record({
      what: fc.constant('list' as const),
      how: fc.constantFrom('add' as const, 'block' as const, 'remove' as const),
      tag,
      name: fc.constantFrom(...packages),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      what: fc.constantFrom('tag' as const, 'tag' as const, 'untag' as const),
      tag,
      build: fc.constantFrom(...builds),
      force: fc.boolean(),
    }),
  },
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

interface Link {
  parent: string
  priority: number
  maxdepth: number | null
  intransitive: boolean
  pkgFilter: string
  noconfig: boolean
}

/** All facts about the tags at one time, as plain lists. */
interface Facts {
  links: Record<string, Link[]>
  lists: Record<string, Record<string, 'listed' | 'blocked'>>
  /** Oldest first. */
  tagged: Record<string, string[]>
}

/**
 * Computes the inheritance of a tag slowly and plainly. It follows every way from the tag separately, with all filters
 * on it. A tag occurs again only if no earlier way to it let as much through.
 */
function inherited(facts: Facts, start: string): { parent: string; filters: string[] }[] {
  const found: { parent: string; depth: number; noconfig: boolean; filters: string[] }[] = []
  const walk = (way: { tags: string[]; depth: number; noconfig: boolean; filters: string[] }) => {
    const here = way.tags.at(-1) ?? start
    if (way.depth < 1) return
    let { noconfig } = way
    for (const link of (facts.links[here] ?? []).toSorted((a, b) => a.priority - b.priority)) {
      if (way.tags.includes(link.parent)) continue
      if (link.intransitive && here !== start) continue
      const own = link.maxdepth ?? Infinity
      // The link's own limit counts from its parent, the way's limit counts from here.
      const depth = way.depth === Infinity ? own : Math.min(own, way.depth) - 1
      noconfig = noconfig || link.noconfig
      const filters = [...way.filters, ...(link.pkgFilter === '' ? [] : [link.pkgFilter])]
      const isKnown = found.some(
        (one) =>
          one.parent === link.parent &&
          one.depth >= depth &&
          (noconfig || !one.noconfig) &&
          one.filters.length === 0,
      )
      if (isKnown) continue
      found.push({ parent: link.parent, depth, noconfig: link.noconfig, filters })
      walk({ tags: [...way.tags, link.parent], depth, noconfig, filters })
    }
  }
  walk({ tags: [start], depth: Infinity, noconfig: false, filters: [] })
  return found
}

function listed(facts: Facts, start: string, inherit: boolean, latest: number): string[] {
  const order = inherited(facts, start)
  const states: Record<string, string> = { ...facts.lists[start] }
  for (const { parent, filters } of order)
    for (const [name, state] of Object.entries(facts.lists[parent] ?? {}))
      if (filters.every((pattern) => new RegExp(`^(?:${pattern})`).test(name))) states[name] ??= state
  const sequence = [start, ...(inherit ? order.map(({ parent }) => parent) : [])]
  const all = sequence.flatMap((name) =>
    [...(facts.tagged[name] ?? [])].reverse().map((build) => `${build} ${name}`),
  )
  const counts: Record<string, number> = {}
  return all.filter((line) => {
    const name = line.split('-')[0] ?? ''
    if (states[name] !== 'listed') return false
    counts[name] = (counts[name] ?? 0) + 1
    return counts[name] <= latest
  })
}

describe('listings', () => {
  let database: Database
  let drop: () => Promise<void>
  let run = 0
  beforeAll(async () => {
    const own = await createDatabase()
    drop = own.drop
    database = connect(own.url)
    for (const nvr of builds) {
      const [name = '', version = '', release = ''] = nvr.split('-')
      const build = { name, version, release, epoch: null, source: null, rpms: [], buildroots: [], logs: [] }
      await change((one) => recordOwnBuild(one, build))
    }
  })
  afterAll(async () => {
    await database.destroy()
    await drop()
  })

  const change = <T>(work: (change: HubChange) => Promise<T>) =>
    inTransaction(database, 'step', async (tx) =>
      work(await HubChange.begin(tx, serviceCaller, new Date('2026-01-01'))),
    )

  /** Runs one step in the hub. Returns whether it succeeded, because failures are part of the behaviour. */
  async function attempt(work: (change: HubChange) => Promise<void>): Promise<boolean> {
    return change(work).then(
      () => true,
      () => false,
    )
  }

  async function take(prefix: string, facts: Facts, one: Step): Promise<void> {
    const name = (index: number) => `${prefix}${tags[index] ?? ''}`
    if (one.what === 'link' || one.what === 'unlink') {
      const [child, parent] = [name(one.child), name(one.parent)]
      const { id: parentId } = await requireTag(database, parent)
      const { id } = await requireTag(database, child)
      const wanted =
        one.what === 'link' ? { ...plainLink, ...one, parentId } : { parentId, isDeleted: true as const }
      const { what: _what, child: _child, parent: _parent, ...link } = wanted as Record<string, unknown>
      const isDone = await attempt((hub) => setInheritance(hub, id, [link as never], false))
      if (!isDone) return
      const others = (facts.links[child] ?? []).filter((other) => other.parent !== parent)
      facts.links[child] = one.what === 'link' ? [...others, { ...one, parent }] : others
    } else if (one.what === 'list') {
      const own = name(one.tag)
      await attempt((hub) => {
        if (one.how === 'add') return addPackage(hub, own, one.name, { owner: 'alice' })
        return one.how === 'block' ? blockPackage(hub, own, one.name) : removePackage(hub, own, one.name)
      })
      await readList(facts, own)
    } else {
      const own = name(one.tag)
      const isDone = await attempt((hub) =>
        one.what === 'tag'
          ? tagBuild(hub, own, one.build, { force: one.force })
          : untagBuild(hub, own, one.build),
      )
      if (!isDone) return
      const others = (facts.tagged[own] ?? []).filter((build) => build !== one.build)
      facts.tagged[own] = one.what === 'tag' ? [...others, one.build] : others
      await readList(facts, own)
    }
  }

  /** Reads a tag's own list. Other tests check the effect of a step on the list; here the list is a given fact. */
  async function readList(facts: Facts, own: string): Promise<void> {
    const { id } = await requireTag(database, own)
    const entries = [...(await packagesOf(database, id, { inherit: false })).values()]
    facts.lists[own] = Object.fromEntries(
      entries.map(({ name, blocked }) => [name, blocked ? ('blocked' as const) : ('listed' as const)]),
    )
  }

  test('are those of a slow and plain second implementation, now and as of every event', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
        const prefix = `r${run++}-`
        const facts: Facts = { links: {}, lists: {}, tagged: {} }
        await change(async (hub) => {
          for (const name of tags) await createTag(hub, `${prefix}${name}`)
        })
        const moments: { event: number; facts: Facts }[] = []
        for (const one of steps) {
          await take(prefix, facts, one)
          moments.push({ event: (await lastEvent(database))?.id ?? 0, facts: structuredClone(facts) })
        }
        const [middle, last] = [moments[Math.floor(moments.length / 2)], moments.at(-1)]
        const asked = [
          { at: undefined, then: facts },
          { at: last?.event, then: last?.facts ?? facts },
          { at: middle?.event, then: middle?.facts ?? facts },
        ]
        for (const { at, then } of asked)
          for (const name of tags.map((one) => `${prefix}${one}`))
            for (const [inherit, latest] of [
              [false, Infinity],
              [true, Infinity],
              [true, 1],
              [true, 2],
            ] as const) {
              const found = await listTagged(database, name, {
                ...(at === undefined ? {} : { at }),
                inherit,
                ...(latest === Infinity ? {} : { latest }),
              })
              expect(found.map(({ nvr, tag: of }) => `${nvr} ${of}`)).toEqual(
                listed(then, name, inherit, latest),
              )
            }
      }),
      { numRuns: 25 },
    )
  }, 120_000)
})
