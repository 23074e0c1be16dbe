import { compareBytes } from '../byte-order.ts'
import type { Configuration, ModulePackager } from '../module-packager.ts'
import { blockSet, flowSet, folded, guarded, optional, plain, quoted, record, table } from './build-output.ts'
import { componentsOutput } from './components-output.ts'
import type { Output } from './output.ts'
import {
  buildOptionsOutput,
  profileOutput,
  referencesOutput,
  rpmsOutput,
  xmdOutput,
} from './stream-parts-output.ts'

/**
 * Lays out the `data` of a packager document with the key order and styles of libmodulemd 2.15
 * (`..._packager_v3_...`).
 */
export function packagerOutput(packager: ModulePackager): Output {
  return record([
    ['name', optional(packager.name, plain)],
    ['stream', optional(packager.stream, quoted)],
    ['summary', optional(packager.summary, plain)],
    ['description', optional(packager.description, folded)],
    ['license', blockSet(packager.license)],
    ['xmd', optional(packager.xmd, xmdOutput)],
    ['configurations', configurationsOutput(packager.configurations)],
    ['references', referencesOutput(packager.references)],
    ['profiles', table(packager.profiles, profileOutput)],
    ['api', rpmsOutput(packager.api)],
    ['filter', rpmsOutput(packager.filter)],
    ['demodularized', rpmsOutput(packager.demodularized)],
    ['components', componentsOutput(packager.components)],
  ])
}

function configurationsOutput(configurations: readonly Configuration[]): Output | undefined {
  if (configurations.length === 0) return undefined
  const items = configurations
    .toSorted((a, b) => compareBytes(a.context, b.context))
    .map(({ context, platform, buildrequires, requires, buildopts }) =>
      record([
        ['context', guarded(context)],
        ['platform', guarded(platform)],
        ['buildrequires', table(buildrequires, (stream) => flowSet([stream]))],
        ['requires', table(requires, (stream) => flowSet([stream]))],
        ['buildopts', optional(buildopts, buildOptionsOutput)],
      ]),
    )
  return { kind: 'list', items, isFlow: false }
}
