import type { ModuleStream, ModuleStreamV1, StreamContent } from '../module-stream.ts'
import { artifactsOutput } from './artifacts-output.ts'
import { flag, flowSet, folded, guarded, optional, plain, quoted, record, table } from './build-output.ts'
import { componentsOutput } from './components-output.ts'
import type { Output, OutputText } from './output.ts'
import {
  buildOptionsOutput,
  licenseOutput,
  profileOutput,
  referencesOutput,
  rpmsOutput,
  xmdOutput,
} from './stream-parts-output.ts'

type Entries = (readonly [key: string, value: Output | undefined])[]

/**
 * Lays out the `data` of a stream with the key order and styles of libmodulemd 2.15
 * (`..._stream_v2_emit_yaml`).
 */
export function streamOutput(stream: ModuleStream): Output {
  return record([
    ...identityOutput(stream),
    ['static_context', flag(stream.staticContext)],
    ...descriptionOutput(stream, guarded),
    ['dependencies', dependenciesOutput(stream)],
    ...contentOutput(stream),
    ['demodularized', rpmsOutput(stream.demodularized)],
    ...buildOutput(stream),
    ['artifacts', artifactsOutput(stream)],
  ])
}

/** Does the same for version 1 (`..._stream_v1_emit_yaml`), which quotes fewer texts. */
export function streamV1Output(stream: ModuleStreamV1): Output {
  const { buildrequires, requires } = stream.dependencies
  const hasDependencies = buildrequires.size > 0 || requires.size > 0
  const dependencies = record([
    ['buildrequires', table(buildrequires, plain, plain)],
    ['requires', table(requires, plain, plain)],
  ])
  return record([
    ...identityOutput(stream),
    ...descriptionOutput(stream, plain),
    ['dependencies', hasDependencies ? dependencies : undefined],
    ...contentOutput(stream),
    ...buildOutput(stream),
    ['artifacts', rpmsOutput(stream.artifacts)],
  ])
}

function identityOutput({ name, stream, version, context }: StreamContent): Entries {
  return [
    ['name', optional(name, guarded)],
    ['stream', optional(stream, quoted)],
    ['version', version ? plain(version.toString()) : undefined],
    ['context', optional(context, guarded)],
  ]
}

function descriptionOutput(content: StreamContent, writeSummary: (text: string) => OutputText): Entries {
  return [
    ['arch', optional(content.arch, guarded)],
    ['summary', writeSummary(content.summary)],
    ['description', folded(content.description)],
    ['servicelevels', table(content.serviceLevels, (eol) => record([['eol', optional(eol, plain)]]))],
    ['license', licenseOutput(content.license)],
    ['xmd', optional(content.xmd, xmdOutput)],
  ]
}

function contentOutput({ references, profiles, api, filter }: StreamContent): Entries {
  return [
    ['references', referencesOutput(references)],
    ['profiles', table(profiles, profileOutput)],
    ['api', rpmsOutput(api)],
    ['filter', rpmsOutput(filter)],
  ]
}

function buildOutput({ buildopts, components }: StreamContent): Entries {
  return [
    ['buildopts', optional(buildopts, buildOptionsOutput)],
    ['components', componentsOutput(components)],
  ]
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
