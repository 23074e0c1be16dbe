/**
 * A pattern at the beginning of a stream, and the number that it adds: `^el\d+\.\d+\.\d+\.z$` with 0.1 sorts
 * `el8.2.0.z` after `el8.2.0`.
 */
export type StreamSuffixes = readonly (readonly [pattern: RegExp, added: number])[]

/**
 * Returns the number of a base module's stream (upstream: get_stream_version without right_pad): digits and dots from
 * the first digit on, each part written with two digits. `el8.1.0` is 80100, `f28` is 28, and a stream without digits
 * is 0. The first suffix that matches adds its number.
 */
export function streamVersion(stream: string, suffixes: StreamSuffixes = []): number {
  return Number(digitsOf(stream)) + suffixOf(stream, suffixes)
}

/** Returns the same number, padded with zeros to six digits, so that `f27` (270000) and `f27.0.1` (270001) compare. */
export function paddedStreamVersion(stream: string, suffixes: StreamSuffixes = []): number {
  return Number(digitsOf(stream).padEnd(6, '0')) + suffixOf(stream, suffixes)
}

/**
 * Returns whether a stream counts as one with minor versions: then a newer minor version accepts builds on an older
 * one. Upstream's test: its number, in Python's form of a float, has five characters (`100.0`, but not `28.0`).
 */
export function hasMinorVersions(stream: string, suffixes: StreamSuffixes = []): boolean {
  const number = streamVersion(stream, suffixes)
  return (Number.isInteger(number) ? `${number}.0` : `${number}`).length >= 5
}

/**
 * Returns a module's version: the platform's stream version followed by the commit time, so that builds for a newer
 * platform sort higher (upstream: get_prefixed_version). The prefix is left out if the result would not fit into 64
 * bits.
 *
 * @param version the version to be prefixed: `20180205135154`, or the version that the author wrote
 */
export function prefixedVersion(
  platform: string | undefined,
  version: string,
  suffixes: StreamSuffixes = [],
): string {
  if (platform === undefined) return version
  const prefixed = BigInt(`${Math.floor(streamVersion(platform, suffixes))}${version}`)
  return prefixed > 2n ** 64n - 1n ? version : prefixed.toString()
}

/** Returns a time as the version of a module: `20180205135154`, in UTC (upstream's form). */
export function timeVersion(time: Date): string {
  return time.toISOString().replace(/\D/g, '').slice(0, 14)
}

function digitsOf(stream: string): string {
  // A stream of a document may have any length.
  const digits = /\d+(?:\.+\d+)*/.exec(stream)?.[0] ?? ''
  return digits
    .split('.')
    .map((part) => part.padStart(2, '0'))
    .join('')
}

function suffixOf(stream: string, suffixes: StreamSuffixes): number {
  const found = suffixes.find(([pattern]) => pattern.exec(stream)?.index === 0)
  return found?.[1] ?? 0
}
