import { stat } from 'node:fs/promises'
import { dpkg } from './dpkg.ts'
import { rpmdb } from './rpmdb.ts'
import type { HostPackages } from './types.ts'

/** Returns the package database of this host: dpkg's if it has packages, else rpm's. */
export async function hostPackages(): Promise<HostPackages> {
  const places: [string, HostPackages][] = [
    ['/var/lib/dpkg/status', dpkg],
    ['/usr/lib/sysimage/rpm', rpmdb],
    ['/var/lib/rpm', rpmdb],
  ]
  for (const [place, packages] of places) {
    const info = await stat(place).catch(() => undefined)
    // A Fedora host may have dpkg as a tool, without any package that dpkg installed.
    if (info !== undefined && (info.isDirectory() || info.size > 0)) return packages
  }
  throw new Error(
    'this host has neither a dpkg database (/var/lib/dpkg) nor an rpm database (/var/lib/rpm): a platform cannot be made from its packages; name a repository of a distribution instead',
  )
}
