/**
 * Returns whether a text passes as the NEVRA of an artifact, by the rule of libmodulemd: from the right, the
 * text has an architecture, a release, a version and an epoch that begins with a digit. The name may be empty,
 * and so may most other parts.
 */
export function isArtifactNevra(text: string): boolean {
  const dot = text.lastIndexOf('.')
  const releaseDash = dot === -1 ? -1 : text.lastIndexOf('-', dot)
  if (releaseDash === -1) return false
  const untilVersion = text.slice(0, releaseDash)
  const colon = untilVersion.lastIndexOf(':')
  if (colon <= untilVersion.lastIndexOf('-')) return false
  const untilEpoch = untilVersion.slice(0, colon)
  const epochDash = untilEpoch.lastIndexOf('-')
  return epochDash !== -1 && /^\d/.test(untilEpoch.slice(epochDash + 1))
}
