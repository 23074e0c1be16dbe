import type { ModuleStream, ModuleStreamV1 } from '../module-stream.ts'
import type { Problem } from '../problem.ts'
import { findStreamFaults } from './find-stream-faults.ts'
import { problemsOf } from './problems-of.ts'

/**
 * Checks a stream by the rules of libmodulemd (2.15, `modulemd_module_stream_validate`): static context,
 * licence, build order, architectures, artifacts, dependencies. The reader applies the same rules to a text.
 * This function has no text, so lines and columns are 0. Returns at most 1,000 problems; one more says that
 * there are more.
 */
export function checkModuleStream(stream: ModuleStream | ModuleStreamV1): Problem[] {
  return problemsOf(findStreamFaults(stream))
}
