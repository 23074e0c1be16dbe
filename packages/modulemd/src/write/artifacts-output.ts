import type { ModuleStream, RpmMapEntry } from '../module-stream.ts'
import { formatRpmMapNevra } from '../rpm-map-nevra.ts'
import { blockSet, guarded, integer, plain, record, table } from './build-output.ts'
import type { Output } from './output.ts'

/** Lays out `artifacts`; returns undefined when there are none. */
export function artifactsOutput({ artifacts, rpmMap = new Map() }: ModuleStream): Output | undefined {
  const output = record([
    ['rpms', blockSet(artifacts)],
    ['rpm-map', table(rpmMap, digestOutput, plain)],
  ])
  return output.entries.length === 0 ? undefined : output
}

function digestOutput(packages: ReadonlyMap<string, RpmMapEntry>): Output {
  return table(packages, entryOutput, plain) ?? record([])
}

function entryOutput(entry: RpmMapEntry): Output {
  return record([
    ['name', guarded(entry.name)],
    ['epoch', integer(entry.epoch)],
    ['version', guarded(entry.version)],
    ['release', guarded(entry.release)],
    ['arch', guarded(entry.arch)],
    ['nevra', guarded(formatRpmMapNevra(entry))],
  ])
}
