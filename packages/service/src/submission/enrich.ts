import type { ModuleStream, Xmd } from '@mbs/modulemd'
import type { Expansion } from '../expansion/index.ts'
import type { ResolvedComponent } from './resolve-components.ts'

/** The document as it is recorded: complete, resolved, and with the build service's own data in xmd.mbs. */
export function enrich(
  document: ModuleStream,
  nsvc: { name: string; stream: string; version: string; context: string },
  expansion: Expansion,
  refs: readonly ResolvedComponent[],
  source: { scmurl: string; commit: string },
): ModuleStream {
  const required = expansion.modules.map(
    ({ name, stream, version, context, kojiTag, ref }) =>
      [
        name,
        new Map<string, Xmd>(Object.entries({ stream, version, context, koji_tag: kojiTag, ref })),
      ] as const,
  )
  const platform = new Map<string, Xmd>(
    Object.entries({ stream: expansion.platform, version: '1', context: '00000000', koji_tag: '', ref: '' }),
  )
  const mbs = new Map<string, Xmd>([
    ['buildrequires', new Map<string, Xmd>([['platform', platform], ...required])],
    ['commit', source.commit],
    ['mse', true],
    [
      'rpms',
      new Map<string, Xmd>(refs.map(({ name, commit }) => [name, new Map<string, Xmd>([['ref', commit]])])),
    ],
    ['scmurl', source.scmurl],
  ])
  const xmd = new Map<string, Xmd>([...(document.xmd instanceof Map ? document.xmd : []), ['mbs', mbs]])
  return {
    ...document,
    name: nsvc.name,
    stream: nsvc.stream,
    version: BigInt(nsvc.version),
    context: nsvc.context,
    dependencies: [{ buildrequires: expansion.buildrequires, requires: expansion.requires }],
    xmd,
  }
}
