import type { ModuleComponent, ModuleStream, RpmComponent } from '../module-stream.ts'
import { blockSet, flag, flowSet, guarded, integer, optional, plain, record, table } from './build-output.ts'
import type { Output } from './output.ts'

/** Lays out `components`; returns undefined when there are none. */
export function componentsOutput({ rpms, modules }: ModuleStream['components']): Output | undefined {
  if (rpms.size === 0 && modules.size === 0) return undefined
  return record([
    ['rpms', table(rpms, rpmOutput)],
    ['modules', table(modules, moduleOutput)],
  ])
}

function rpmOutput(component: RpmComponent): Output {
  return record([
    ['rationale', optional(component.rationale, guarded)],
    ['name', optional(component.name, guarded)],
    ['repository', optional(component.repository, guarded)],
    ['cache', optional(component.cache, guarded)],
    ['ref', optional(component.ref, guarded)],
    ['buildroot', flag(component.buildroot)],
    ['srpm-buildroot', flag(component.srpmBuildroot)],
    ['buildorder', order(component.buildorder)],
    // buildorder and buildafter exclude each other. libmodulemd does not guard these names against being read
    // as numbers.
    ['buildafter', component.buildorder === 0 ? blockSet(component.buildafter, plain) : undefined],
    ['buildonly', flag(component.buildonly)],
    ['arches', arches(component.arches)],
    ['multilib', arches(component.multilib)],
  ])
}

function moduleOutput(component: ModuleComponent): Output {
  return record([
    ['rationale', optional(component.rationale, guarded)],
    ['repository', optional(component.repository, guarded)],
    ['ref', optional(component.ref, guarded)],
    ['buildorder', order(component.buildorder)],
    ['buildonly', flag(component.buildonly)],
  ])
}

function order(buildorder: number): Output | undefined {
  return buildorder === 0 ? undefined : integer(buildorder)
}

function arches(list: readonly string[]): Output | undefined {
  return list.length === 0 ? undefined : flowSet(list)
}
