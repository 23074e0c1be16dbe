import type { ModuleStream, Xmd } from '@mbs/modulemd'
import { listsOf, type Expansion } from '../expansion/index.ts'
import type { Buildrequires } from '../modulebuilds/index.ts'
import type { ResolvedComponent } from './components/resolve-components.ts'

/**
 * Returns the document in the form in which it is recorded: complete, resolved, and with the build service's own data
 * in xmd.mbs.
 */
export function enrich(
  document: ModuleStream,
  nsvc: { name: string; stream: string; version: string; context: string },
  dependencies: Expansion['dependencies'],
  { buildrequires, ursineRpms }: { buildrequires: Buildrequires; ursineRpms: readonly string[] },
  refs: readonly ResolvedComponent[],
  source: { scmurl: string | null; commit: string; sideTag?: string | undefined },
): ModuleStream {
  const required = Object.entries(buildrequires).map(
    ([name, entry]) => [name, new Map<string, Xmd>(Object.entries(entry))] as const,
  )
  const ursine: [string, Xmd][] = ursineRpms.length === 0 ? [] : [['ursine_rpms', [...ursineRpms]]]
  const own = document.xmd instanceof Map ? document.xmd.get('mbs') : undefined
  const mbs = new Map<string, Xmd>([
    ...(own instanceof Map ? own : []),
    ['buildrequires', new Map<string, Xmd>(required)],
    ['commit', source.commit],
    ['mse', true],
    [
      'rpms',
      new Map<string, Xmd>(
        refs.flatMap(({ name, commit }): [string, Xmd][] =>
          commit === null ? [] : [[name, new Map<string, Xmd>([['ref', commit]])]],
        ),
      ),
    ],
    ['scmurl', source.scmurl ?? ''],
    ...(source.sideTag === undefined ? [] : [['side_tag', source.sideTag] as const]),
    ...ursine,
    ...(document.staticContext ? [['static_context', true] as const] : []),
  ])
  const xmd = new Map<string, Xmd>([...(document.xmd instanceof Map ? document.xmd : []), ['mbs', mbs]])
  return {
    ...document,
    name: nsvc.name,
    stream: nsvc.stream,
    version: BigInt(nsvc.version),
    context: nsvc.context,
    dependencies: dependencies.map(({ buildrequires, requires }) => ({
      buildrequires: listsOf(buildrequires),
      requires: listsOf(requires),
    })),
    xmd,
  }
}
