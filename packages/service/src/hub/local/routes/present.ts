import type { HubBuild } from '../builds/builds.ts'
import type { HubTag } from '../tags/hub-tag.ts'
import type { InheritanceEntry, InheritanceLink } from '../tags/inheritance.ts'
import type { TaggedBuild } from '../tags/listing.ts'

/** Presents a build as JSON, with the hub's field names. */
export function presentBuildJson(build: HubBuild) {
  return {
    id: build.id,
    nvr: build.nvr,
    name: build.name,
    version: build.version,
    release: build.release,
    epoch: build.epoch,
    state: build.state,
    types: build.types,
    owner: build.owner,
    source: build.source,
    content_generator: build.contentGenerator,
    creation_time: build.createdAt,
    start_time: build.startedAt,
    completion_time: build.completedAt,
  }
}

/** Presents a build in a tag as JSON. */
export function presentTaggedJson(build: TaggedBuild) {
  return { ...presentBuildJson(build), tag: build.tag, create_event: build.taggingEvent }
}

/** Presents a tag as JSON. Blocked keys are listed beside its settings. */
export function presentTagJson(tag: HubTag) {
  const entries = [...tag.extra]
  return {
    id: tag.id,
    name: tag.name,
    arches: tag.arches,
    permission: tag.permission,
    locked: tag.locked,
    extra: Object.fromEntries(
      entries.filter(([, { blocked }]) => !blocked).map(([key, { value }]) => [key, value]),
    ),
    blocked_extra: entries.filter(([, { blocked }]) => blocked).map(([key]) => key),
  }
}

/** Presents an inheritance link as JSON. */
export function presentLinkJson(link: InheritanceLink, names: ReadonlyMap<number, HubTag>) {
  return {
    child: names.get(link.childId)?.name ?? '',
    parent: names.get(link.parentId)?.name ?? '',
    priority: link.priority,
    maxdepth: link.maxdepth,
    intransitive: link.intransitive,
    noconfig: link.noconfig,
    pkg_filter: link.pkgFilter,
  }
}

/** Presents a link of the full inheritance as JSON. */
export function presentEntryJson(entry: InheritanceEntry, names: ReadonlyMap<number, HubTag>) {
  return {
    ...presentLinkJson(entry, names),
    currdepth: entry.currdepth,
    nextdepth: entry.nextdepth,
    filter: [...entry.filter],
  }
}
