import type { StreamContent } from '../module-stream.ts'
import { nsvca } from '../nsvc.ts'
import { matchesGlob } from '../questions/glob.ts'

/** Patterns of `fnmatch` for the parts of a stream's name; what is absent matches anything. */
export interface StreamPattern {
  name?: string
  stream?: string
  /** Matched with the decimal digits. */
  version?: string
  context?: string
  arch?: string
}

/** Whether a stream matches in all parts; a part that it has not matches no pattern. */
export function matchesStream(stream: StreamContent, pattern: StreamPattern): boolean {
  return (
    matchesPart(pattern.name, stream.name) &&
    matchesPart(pattern.stream, stream.stream) &&
    matchesPart(pattern.version, (stream.version ?? 0n).toString()) &&
    matchesPart(pattern.context, stream.context) &&
    matchesPart(pattern.arch, stream.arch)
  )
}

/** Whether the whole `name:stream:version:context:arch` of a stream matches a pattern of `fnmatch`. */
export function matchesNsvca(stream: StreamContent, pattern: string): boolean {
  return matchesGlob(pattern, nsvca(stream))
}

function matchesPart(pattern: string | undefined, part: string | undefined): boolean {
  return pattern === undefined || (part !== undefined && matchesGlob(pattern, part))
}
