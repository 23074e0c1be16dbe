const illegal = /[^A-Za-z0-9._+~^]/g
/** Suffixes of a repackaged upstream archive: `1.2.13.dfsg` would sort above the true 1.2.13. */
const repacked = /[.+~](?:dfsg|ds|repack|debian|really)[.0-9]*$/

/** Splits a Debian version (`epoch:upstream-revision`) into its upstream part and its revision. */
export function splitDebianVersion(version: string): { upstream: string; revision: string } {
  const plain = version.replace(/^\d+:/, '')
  const dash = plain.lastIndexOf('-')
  return dash < 0
    ? { upstream: plain, revision: '' }
    : { upstream: plain.slice(0, dash), revision: plain.slice(dash + 1) }
}

/** Converts an upstream version to one that RPM allows, without the suffix of a repackaged archive. */
export function rpmVersion(upstream: string): string {
  return upstream.replace(repacked, '').replace(illegal, '.')
}

/** Returns a release that sorts below every release that a distribution would give to the same version. */
export function rpmRelease(revision: string): string {
  const legal = revision.replace(illegal, '.')
  return legal === '' ? '0.host' : `0.${legal}.host`
}
