import type { ModuleStream, ModuleStreamV1 } from '../module-stream.ts'
import type { Problem } from '../problem.ts'
import { findStreamFaults } from './find-stream-faults.ts'

/**
 * Checks a stream by the rules of libmodulemd (2.15, `modulemd_module_stream_validate`): static context,
 * licence, build order, architectures, artifacts, dependencies. The reader applies the same rules to a text.
 * This function has no text, so lines and columns are 0.
 */
export function checkModuleStream(stream: ModuleStream | ModuleStreamV1): Problem[] {
  return findStreamFaults(stream).map(({ code, message, remedy, path }) => ({
    code,
    message,
    remedy,
    line: 0,
    column: 0,
    path: ['data', ...path].join('.'),
  }))
}
