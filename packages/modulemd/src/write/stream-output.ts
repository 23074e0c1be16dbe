import type { ModuleStream, Profile, Xmd } from '../module-stream.ts'
import { blockSet, flowSet, folded, guarded, plain, quoted, record, table } from './build-output.ts'
import { artifactsOutput } from './artifacts-output.ts'
import { componentsOutput } from './components-output.ts'
import type { Output } from './output.ts'

/** Lays out the `data` of a stream: key order and styles of libmodulemd 2.15 (`..._stream_v2_emit_yaml`). */
export function streamOutput(stream: ModuleStream): Output {
  return record([
    ['name', optional(stream.name, guarded)],
    ['stream', optional(stream.stream, quoted)],
    ['version', stream.version ? plain(stream.version.toString()) : undefined],
    ['context', optional(stream.context, guarded)],
    ['static_context', stream.staticContext ? plain('true') : undefined],
    ['arch', optional(stream.arch, guarded)],
    ['summary', guarded(stream.summary)],
    ['description', folded(stream.description)],
    ['servicelevels', table(stream.serviceLevels, (eol) => record([['eol', optional(eol, plain)]]))],
    [
      'license',
      record([
        ['module', blockSet(stream.license.module)],
        ['content', blockSet(stream.license.content)],
      ]),
    ],
    ['xmd', optional(stream.xmd, xmdOutput)],
    ['dependencies', dependenciesOutput(stream)],
    ['references', referencesOutput(stream)],
    ['profiles', table(stream.profiles, profileOutput)],
    ['api', rpmsOutput(stream.api)],
    ['filter', rpmsOutput(stream.filter)],
    ['demodularized', rpmsOutput(stream.demodularized)],
    ['buildopts', buildOptionsOutput(stream)],
    ['components', componentsOutput(stream.components)],
    ['artifacts', artifactsOutput(stream)],
  ])
}

function optional<T>(value: T | undefined, write: (value: T) => Output): Output | undefined {
  return value === undefined ? undefined : write(value)
}

function rpmsOutput(rpms: readonly string[]): Output | undefined {
  return rpms.length === 0 ? undefined : record([['rpms', blockSet(rpms)]])
}

function xmdOutput(xmd: Xmd): Output {
  if (typeof xmd === 'string') return guarded(xmd)
  if (typeof xmd === 'boolean') return plain(xmd ? 'TRUE' : 'FALSE')
  if (Array.isArray(xmd)) return { kind: 'list', items: xmd.map(xmdOutput), isFlow: false }
  return table(xmd, xmdOutput) ?? record([])
}

function dependenciesOutput({ dependencies }: ModuleStream): Output | undefined {
  if (dependencies.length === 0) return undefined
  const items = dependencies.map(({ buildrequires, requires }) =>
    record([
      ['buildrequires', table(buildrequires, flowSet)],
      ['requires', table(requires, flowSet)],
    ]),
  )
  return { kind: 'list', items, isFlow: false }
}

function referencesOutput({ references = {} }: ModuleStream): Output | undefined {
  const output = record([
    ['community', optional(references.community, guarded)],
    ['documentation', optional(references.documentation, guarded)],
    ['tracker', optional(references.tracker, guarded)],
  ])
  return output.entries.length === 0 ? undefined : output
}

function profileOutput({ description, rpms, isDefault }: Profile): Output {
  return record([
    ['description', optional(description, guarded)],
    ['rpms', blockSet(rpms)],
    ['default', isDefault === true ? plain('true') : undefined],
  ])
}

function buildOptionsOutput({ buildopts }: ModuleStream): Output | undefined {
  if (buildopts === undefined) return undefined
  const { macros, whitelist, arches } = buildopts
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
