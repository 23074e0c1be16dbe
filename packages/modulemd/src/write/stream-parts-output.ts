import type { BuildOptions, ModuleReferences, Profile, StreamContent, Xmd } from '../module-stream.ts'
import { blockSet, flag, flowSet, folded, guarded, optional, plain, record, table } from './build-output.ts'
import type { Output } from './output.ts'

/** Lays out a set under the key `rpms`; returns undefined when it is empty. */
export function rpmsOutput(rpms: readonly string[]): Output | undefined {
  return rpms.length === 0 ? undefined : record([['rpms', blockSet(rpms)]])
}

/** Lays out `license` of a stream. */
export function licenseOutput({ module, content }: StreamContent['license']): Output {
  return record([
    ['module', blockSet(module)],
    ['content', blockSet(content)],
  ])
}

/** Lays out `xmd`. */
export function xmdOutput(xmd: Xmd): Output {
  if (typeof xmd === 'string') return guarded(xmd)
  if (typeof xmd === 'boolean') return { ...plain(xmd ? 'TRUE' : 'FALSE'), value: xmd }
  if (Array.isArray(xmd)) return { kind: 'list', items: xmd.map(xmdOutput), isFlow: false }
  return table(xmd, xmdOutput) ?? record([])
}

/** Lays out `references`; returns undefined when there is no reference. */
export function referencesOutput(references: ModuleReferences = {}): Output | undefined {
  const output = record([
    ['community', optional(references.community, guarded)],
    ['documentation', optional(references.documentation, guarded)],
    ['tracker', optional(references.tracker, guarded)],
  ])
  return output.entries.length === 0 ? undefined : output
}

/** Lays out one profile. */
export function profileOutput({ description, rpms, isDefault }: Profile): Output {
  return record([
    ['description', optional(description, guarded)],
    ['rpms', blockSet(rpms)],
    ['default', flag(isDefault)],
  ])
}

/** Lays out `buildopts`; an empty value is also written, because it differs from an absent one. */
export function buildOptionsOutput({ macros, whitelist, arches }: BuildOptions): Output {
  return record([
    [
      'rpms',
      record([
        ['macros', optional(macros, folded)],
        ['whitelist', blockSet(whitelist)],
      ]),
    ],
    ['arches', arches.length === 0 ? undefined : flowSet(arches)],
  ])
}
