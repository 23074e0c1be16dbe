import { createHash } from 'node:crypto'

/**
 * The dist tag of a module build: `module+MARKING+INDEX+HASH`, of scratch builds `scrmod+…` (upstream: get_rpm_release). The index tells builds
 * of the same name apart in order; the hash is of `N.S.V.C`.
 */
export function distTag(
  nsvc: { name: string; stream: string; version: string; context: string; scratch?: boolean },
  index: number,
  marking: string,
): string {
  const text = [nsvc.name, nsvc.stream, nsvc.version, nsvc.context].join('.')
  const hash = createHash('sha1').update(text).digest('hex').slice(0, 8)
  const prefix = nsvc.scratch === true ? 'scrmod' : 'module'
  return `${prefix}+${marking === '' ? '' : `${marking}+`}${index}+${hash}`
}
