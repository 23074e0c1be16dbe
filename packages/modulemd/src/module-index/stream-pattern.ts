import type { StreamContent } from '../module-stream.ts'
import { nsvca } from '../nsvc.ts'
import { matchesGlob } from '../questions/glob.ts'

/** `fnmatch` patterns for the parts of a stream's name. An absent part matches anything. */
export interface StreamPattern {
  name?: string
  stream?: string
  /** Compared with the decimal digits of the version. */
  version?: string
  context?: string
  arch?: string
}

/** Returns whether a stream matches all parts of a pattern. A part that the stream lacks matches no pattern. */
export function matchesStream(stream: StreamContent, pattern: StreamPattern): boolean {
  return (
    matchesPart(pattern.name, stream.name) &&
    matchesPart(pattern.stream, stream.stream) &&
    matchesPart(pattern.version, (stream.version ?? 0n).toString()) &&
    matchesPart(pattern.context, stream.context) &&
    matchesPart(pattern.arch, stream.arch)
  )
}

/** Returns whether the whole `name:stream:version:context:arch` of a stream matches an `fnmatch` pattern. */
export function matchesNsvca(stream: StreamContent, pattern: string): boolean {
  return matchesGlob(pattern, nsvca(stream))
}

function matchesPart(pattern: string | undefined, part: string | undefined): boolean {
  return pattern === undefined || (part !== undefined && matchesGlob(pattern, part))
}
