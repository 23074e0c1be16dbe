import type { ModuleStream, ModuleStreamV1 } from '../module-stream.ts'

/**
 * Returns whether a stream requires a stream of a module at run time, by any alternative of its dependencies
 * (`modulemd_module_stream_depends_on_stream`). An empty list allows every stream; a leading dash allows all
 * except that one. Documents of version 1 name one stream of each module.
 */
export function dependsOn(
  stream: ModuleStream | ModuleStreamV1,
  module: string,
  moduleStream: string,
): boolean {
  return needs(stream, 'requires', module, moduleStream)
}

/** Returns the same for the build requirements of a stream. */
export function buildDependsOn(
  stream: ModuleStream | ModuleStreamV1,
  module: string,
  moduleStream: string,
): boolean {
  return needs(stream, 'buildrequires', module, moduleStream)
}

/** Returns whether a list of streams from a dependency allows a stream. */
export function allowsStream(streams: readonly string[], stream: string): boolean {
  if (streams.length === 0 || streams.includes(stream)) return true
  // Either all items have a dash or none has.
  return streams[0]?.startsWith('-') === true && !streams.includes(`-${stream}`)
}

function needs(
  stream: ModuleStream | ModuleStreamV1,
  half: 'requires' | 'buildrequires',
  module: string,
  moduleStream: string,
): boolean {
  if (stream.kind === 'modulemd-v1') return stream.dependencies[half].get(module) === moduleStream
  return stream.dependencies.some((alternative) => {
    const streams = alternative[half].get(module)
    return streams !== undefined && allowsStream(streams, moduleStream)
  })
}
