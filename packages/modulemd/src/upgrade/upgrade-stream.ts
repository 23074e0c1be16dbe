import type { ModuleStream, ModuleStreamV1 } from '../module-stream.ts'

/**
 * Makes a stream of version 2 of a stream of version 1 (`modulemd_module_stream_upgrade`). Its dependencies
 * become the single alternative.
 */
export function upgradeStream(stream: ModuleStream | ModuleStreamV1): ModuleStream {
  if (stream.kind === 'modulemd') return stream
  const { buildrequires, requires } = stream.dependencies
  const hasDependencies = buildrequires.size > 0 || requires.size > 0
  return {
    ...stream,
    kind: 'modulemd',
    staticContext: false,
    demodularized: [],
    dependencies: hasDependencies
      ? [{ buildrequires: inLists(buildrequires), requires: inLists(requires) }]
      : [],
  }
}

function inLists(streams: ReadonlyMap<string, string>): Map<string, string[]> {
  return new Map([...streams].map(([module, stream]) => [module, [stream]]))
}
