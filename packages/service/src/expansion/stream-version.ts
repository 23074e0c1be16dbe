/**
 * The number that a base module's stream stands for (upstream: get_stream_version): digits and dots from the first
 * digit on, each part written with two digits. `el8.1.0` is 80100, `f28` 28, and a stream without digits 0.
 */
export function streamVersion(stream: string): number {
  const digits = /\d[\d.]*/.exec(stream)?.[0].replace(/\.+$/, '')
  if (digits === undefined) return 0
  return Number(
    digits
      .split('.')
      .map((part) => part.padStart(2, '0'))
      .join(''),
  )
}

/**
 * A module's version: the platform's stream version before the commit time, so that builds for a newer platform
 * sort higher (upstream: get_prefixed_version). Left out where the result would not fit 64 bits.
 */
export function prefixedVersion(platform: string, commitTime: Date): string {
  const time = commitTime.toISOString().replace(/\D/g, '').slice(0, 14)
  const prefixed = BigInt(`${Math.floor(streamVersion(platform))}${time}`)
  return prefixed > 2n ** 64n - 1n ? time : prefixed.toString()
}
