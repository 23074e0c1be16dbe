import type { ModuleStream, ModuleStreamV1 } from '../module-stream.ts'

/**
 * Whether a stream needs a module in a stream to run, by any alternative of its dependencies
 * (`modulemd_module_stream_depends_on_stream`): an empty list is every stream, a leading dash all but that
 * one. Documents of version 1 name one stream each.
 */
export function dependsOn(
  stream: ModuleStream | ModuleStreamV1,
  module: string,
  moduleStream: string,
): boolean {
  return needs(stream, 'requires', module, moduleStream)
}

/** The same for what a stream needs to be built. */
export function buildDependsOn(
  stream: ModuleStream | ModuleStreamV1,
  module: string,
  moduleStream: string,
): boolean {
  return needs(stream, 'buildrequires', module, moduleStream)
}

/** Whether a list of streams, as dependencies have it, allows a stream. */
export function allowsStream(streams: readonly string[], stream: string): boolean {
  if (streams.length === 0 || streams.includes(stream)) return true
  // Either all are negative or none is.
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
