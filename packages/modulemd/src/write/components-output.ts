import type { ModuleComponent, ModuleStream, RpmComponent } from '../module-stream.ts'
import { blockSet, flowSet, guarded, plain, record, table } from './build-output.ts'
import type { Output } from './output.ts'

/** Lays out `components`, or nothing when there are none. */
export function componentsOutput({ rpms, modules }: ModuleStream['components']): Output | undefined {
  if (rpms.size === 0 && modules.size === 0) return undefined
  return record([
    ['rpms', table(rpms, rpmOutput)],
    ['modules', table(modules, moduleOutput)],
  ])
}

function rpmOutput(component: RpmComponent): Output {
  return record([
    ['rationale', text(component.rationale)],
    ['name', text(component.name)],
    ['repository', text(component.repository)],
    ['cache', text(component.cache)],
    ['ref', text(component.ref)],
    ['buildroot', flag(component.buildroot)],
    ['srpm-buildroot', flag(component.srpmBuildroot)],
    ['buildorder', order(component.buildorder)],
    // The one excludes the other. Names are not guarded here: so does libmodulemd.
    ['buildafter', component.buildorder === 0 ? blockSet(component.buildafter, plain) : undefined],
    ['buildonly', flag(component.buildonly)],
    ['arches', arches(component.arches)],
    ['multilib', arches(component.multilib)],
  ])
}

function moduleOutput(component: ModuleComponent): Output {
  return record([
    ['rationale', text(component.rationale)],
    ['repository', text(component.repository)],
    ['ref', text(component.ref)],
    ['buildorder', order(component.buildorder)],
    ['buildonly', flag(component.buildonly)],
  ])
}

function text(value: string | undefined): Output | undefined {
  return value === undefined ? undefined : guarded(value)
}

function flag(value: boolean): Output | undefined {
  return value ? plain('true') : undefined
}

function order(buildorder: number): Output | undefined {
  return buildorder === 0 ? undefined : plain(String(buildorder))
}

function arches(list: readonly string[]): Output | undefined {
  return list.length === 0 ? undefined : flowSet(list)
}
