import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDatabase } from '../../../../test/support/database.ts'
import { serviceCaller } from '../../../auth/index.ts'
import { connect, inTransaction, type Database } from '../../../database/index.ts'
import { buildConfigOf } from './build-config.ts'
import { HubChange } from '../change.ts'
import { inheritanceOrder, inheritingTags } from './inheritance-store.ts'
import type { InheritanceEntry } from './inheritance.ts'
import { listTagged } from './listing.ts'
import { packageIdOf, packagesOf } from './packages.ts'
import { requireBuild } from '../builds/builds.ts'
import { recordOwnBuild } from '../builds/record-build.ts'
import { createTag, requireTag, tagsById } from './tags.ts'
import { insertVersion } from '../versioned.ts'

interface Link {
  parent_id: number
  priority: number
  maxdepth: number | null
  intransitive: boolean
  noconfig: boolean
  pkg_filter: string
}

interface Entry extends Link {
  tag_id?: number
  name: string
  currdepth: number
  nextdepth: number | null
  filter: string[]
}

/** A tag of a real hub (1.35.3), with that hub's answers. */
interface GoldenTag {
  name: string
  id: number
  arches: string
  extra: Record<string, [blocked: boolean, value: unknown]>
  inheritance: Link[]
  packages: [name: string, blocked: boolean][]
  rawtagged: [nvr: string, name: string, event: number, build: number][]
  full: Entry[]
  reverse: Entry[]
  listPackagesInherited: [name: string, tag: string, blocked: boolean][]
  listTagged: string[]
  listTaggedInherit: [nvr: string, tag: string][]
  listTaggedInheritLatest: [nvr: string, tag: string][]
  listTaggedInheritLatest2: [nvr: string, tag: string][]
  buildConfig: {
    arches: string
    extra: Record<string, unknown>
    config_inheritance: { extra: Record<string, { name: string }> }
  }
}

const graphs = JSON.parse(
  readFileSync(new URL('../../../../fixtures/hub/inheritance.json', import.meta.url), 'utf8'),
) as GoldenTag[][]
const now = new Date('2026-01-01')

describe('the answers of a real hub', () => {
  let database: Database
  let drop: () => Promise<void>
  beforeAll(async () => {
    const own = await createDatabase()
    drop = own.drop
    database = connect(own.url)
    await load(database, graphs.flat())
  }, 60_000)
  afterAll(async () => {
    await database.destroy()
    await drop()
  })

  test.for(graphs.map((graph, index) => [index, graph] as const))('graph %i', async ([, graph]) => {
    for (const golden of graph) {
      const { id } = await requireTag(database, golden.name)
      const context = golden.name
      expect(await shown(database, await inheritanceOrder(database, id), 'parentId'), context).toEqual(
        golden.full.map((entry) => expectedEntry(entry, entry.name)),
      )
      expect(await shown(database, await inheritingTags(database, id), 'childId'), context).toEqual(
        golden.reverse.map((entry) => expectedEntry(entry, entry.name)),
      )
      const packages = [...(await packagesOf(database, id, { inherit: true })).values()]
      const names = await tagsById(
        database,
        packages.map(({ tagId }) => tagId),
      )
      expect(
        packages.map(({ name, tagId, blocked }) => [name, names.get(tagId)?.name, blocked]).sort(),
        context,
      ).toEqual([...golden.listPackagesInherited].sort())
      const list = async (options: Parameters<typeof listTagged>[2]) =>
        (await listTagged(database, golden.name, options)).map(({ nvr, tag }) => [nvr, tag])
      expect(
        (await list({})).map(([nvr]) => nvr),
        context,
      ).toEqual(golden.listTagged)
      expect(await list({ inherit: true }), context).toEqual(golden.listTaggedInherit)
      expect(await list({ inherit: true, latest: 1 }), context).toEqual(golden.listTaggedInheritLatest)
      expect(await list({ inherit: true, latest: 2 }), context).toEqual(golden.listTaggedInheritLatest2)
      const config = await buildConfigOf(database, golden.name)
      expect(config.arches, context).toBe(golden.buildConfig.arches)
      expect(Object.fromEntries(config.extra), context).toEqual(golden.buildConfig.extra)
      const origins = Object.entries(golden.buildConfig.config_inheritance.extra).map(([key, { name }]) => [
        key,
        name,
      ])
      expect(Object.fromEntries(config.origins), context).toEqual(Object.fromEntries(origins))
    }
  })
})

function expectedEntry(entry: Entry, name: string) {
  const {
    priority,
    maxdepth,
    intransitive,
    noconfig,
    pkg_filter: pkgFilter,
    currdepth,
    nextdepth,
    filter,
  } = entry
  return { name, priority, maxdepth, intransitive, noconfig, pkgFilter, currdepth, nextdepth, filter }
}

async function shown(database: Database, entries: readonly InheritanceEntry[], end: 'parentId' | 'childId') {
  const names = await tagsById(
    database,
    entries.map((entry) => entry[end]),
  )
  return entries.map((entry) => {
    const { childId: _child, parentId: _parent, ...rest } = entry
    return { name: names.get(entry[end])?.name, ...rest }
  })
}

/** Writes the raw facts unchanged, including blocked packages with tagged builds. */
async function load(database: Database, tags: readonly GoldenTag[]): Promise<void> {
  const change = <T>(work: (change: HubChange) => Promise<T>) =>
    inTransaction(database, 'load', async (tx) => work(await HubChange.begin(tx, serviceCaller, now)))
  const ids = new Map<number, number>()
  await change(async (one) => {
    for (const { id, name, arches, extra } of tags) {
      const entries = Object.entries(extra)
      ids.set(
        id,
        await createTag(one, name, {
          arches,
          extra: Object.fromEntries(
            entries.flatMap(([key, [isBlocked, value]]) => (isBlocked ? [] : [[key, value]])),
          ),
          blockExtra: entries.flatMap(([key, [isBlocked]]) => (isBlocked ? [key] : [])),
        }),
      )
    }
    for (const { id, inheritance, packages } of tags) {
      for (const { parent_id, priority, maxdepth, intransitive, noconfig, pkg_filter } of inheritance)
        await insertVersion(one, 'hub_tag_inheritance', {
          tag_id: ids.get(id),
          parent_id: ids.get(parent_id),
          priority,
          maxdepth,
          intransitive,
          noconfig,
          pkg_filter,
        })
      for (const [name, blocked] of packages) {
        const keys = { tag_id: ids.get(id), package_id: await packageIdOf(one.tx, name) }
        await insertVersion(one, 'hub_tag_packages', { ...keys, blocked, extra_arches: '' })
        await insertVersion(one, 'hub_tag_package_owners', { ...keys, owner_id: await one.userId('mbs') })
      }
    }
  })
  const tagged = tags.flatMap((tag) => tag.rawtagged.map((entry) => ({ tag, entry })))
  const builds = new Map<number, { id: number; packageId: number }>()
  for (const { entry } of tagged.toSorted((a, b) => a.entry[3] - b.entry[3])) {
    const [nvr, , , build] = entry
    if (builds.has(build)) continue
    const [, name = '', version = '', release = ''] = /^(.+)-([^-]+)-([^-]+)$/.exec(nvr) ?? []
    const own = { name, version, release, epoch: null, source: null, rpms: [], buildroots: [], logs: [] }
    const found = await change(async (one) => requireBuild(one.tx, await recordOwnBuild(one, own)))
    builds.set(build, found)
  }
  for (const { tag, entry } of tagged.toSorted((a, b) => a.entry[2] - b.entry[2])) {
    const build = builds.get(entry[3])
    await change((one) =>
      insertVersion(one, 'hub_tagged_builds', {
        tag_id: ids.get(tag.id),
        build_id: build?.id,
        package_id: build?.packageId,
      }),
    )
  }
}
