import { createHash } from 'node:crypto'

interface Named {
  name: string
  stream: string
  version: string
  context: string
}

/**
 * Returns the dist tag of a module build: `module+MARKING+INDEX+HASH`, or `scrmod+…` for a scratch build (upstream:
 * get_rpm_release). The index distinguishes builds of the same name and orders them. The hash is of `N.S.V.C`.
 */
export function distTag(nsvc: Named & { scratch?: boolean }, index: number, marking: string): string {
  const prefix = nsvc.scratch === true ? 'scrmod' : 'module'
  return `${prefix}+${marking === '' ? '' : `${marking}+`}${index}+${hashOf(nsvc)}`
}

/**
 * Finds the dist tag of a published module in the releases of its packages. Reused packages have the dist tags of
 * earlier builds. So the tag with the module's own hash is preferred, then the tag with the highest index.
 *
 * @param artifacts NEVRAs
 * @returns the tag without the dot before it; null when no release has one
 */
export function publishedDistTag(nsvc: Named, artifacts: readonly string[]): string | null {
  // CentOS writes an underscore after `module`.
  const tags = artifacts.flatMap((nevra) => {
    const [tag, index = '', hash = ''] =
      /module[+_](?:[A-Za-z0-9._]+\+)?(\d+)\+([0-9a-f]{8})(?![0-9a-f])/.exec(nevra) ?? []
    return tag === undefined ? [] : [{ tag, index: Number(index), hash }]
  })
  const own = hashOf(nsvc)
  const found = tags.find(({ hash }) => hash === own) ?? tags.toSorted((a, b) => b.index - a.index)[0]
  return found?.tag ?? null
}

function hashOf({ name, stream, version, context }: Named): string {
  const text = [name, stream, version, context].join('.')
  return createHash('sha1').update(text).digest('hex').slice(0, 8)
}
