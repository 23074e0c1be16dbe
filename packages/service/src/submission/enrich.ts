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
        new Map<string, Xmd>([
          ['context', context],
          ['koji_tag', kojiTag ?? ''],
          ['ref', ref],
          ['stream', stream],
          ['version', version.toString()],
        ]),
      ] as const,
  )
  const mbs = new Map<string, Xmd>([
    ['buildrequires', new Map<string, Xmd>(required)],
    ['commit', source.commit],
    ['mse', true],
    [
      'rpms',
      new Map<string, Xmd>(refs.map(({ name, commit }) => [name, new Map<string, Xmd>([['ref', commit]])])),
    ],
    ['scmurl', source.scmurl],
    ...(document.staticContext ? [['static_context', true] as const] : []),
  ])
  const xmd = new Map<string, Xmd>([...(document.xmd instanceof Map ? document.xmd : []), ['mbs', mbs]])
  return {
    ...document,
    name: nsvc.name,
    stream: nsvc.stream,
    version: BigInt(nsvc.version),
    context: nsvc.context,
    dependencies: expansion.dependencies.map(({ buildrequires, requires }) => ({
      buildrequires: listsOf(buildrequires),
      requires: listsOf(requires),
    })),
    xmd,
  }
}

function listsOf(requirements: ReadonlyMap<string, readonly string[]>): Map<string, string[]> {
  return new Map([...requirements].map(([name, streams]) => [name, [...streams]]))
}
