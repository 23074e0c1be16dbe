import { lstat, realpath } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { PlannedFile } from './types.ts'

/** A path of the host's file list, with its state on disk. */
export interface HostFile extends PlannedFile {
  /** The path in the host's list, which may go through a link such as /bin. */
  listed: string
  mtime: number
}

const left = new RegExp(
  [
    '^/usr/share/(?:doc|man|info|locale|lintian|bug|doc-base|gtk-doc|menu|help|reportbug)(?:/|$)',
    '^/(?:etc/(?:apt|cron[.a-z]*|init\\.d|rc[0-6S]\\.d|kernel)|var/lib/dpkg|var/cache/apt)(?:/|$)',
    '^/(?:dev|proc|sys|run|tmp|home|root|boot)(?:/|$)',
  ].join('|'),
)

/**
 * Whether a file of the host belongs in a build root. Documentation, manual pages and translations do not: they are a
 * third of the files, and no build reads them. Files that only the host's own package management reads do not either.
 */
export function wanted(path: string): boolean {
  return !left.test(path) && !/\p{Cc}/u.test(path)
}

/**
 * Looks at paths on the host: their real path behind directory links, their kind, and mode bits that must not be kept.
 */
export class HostTree {
  readonly #folders = new Map<string, Promise<string | undefined>>()
  readonly #files = new Map<string, Promise<HostFile | undefined>>()

  #folder(path: string): Promise<string | undefined> {
    const known = this.#folders.get(path)
    if (known !== undefined) return known
    const found = realpath(path).catch(() => undefined)
    this.#folders.set(path, found)
    return found
  }

  async #look(listed: string): Promise<HostFile | undefined> {
    const folder = await this.#folder(dirname(listed))
    if (folder === undefined) return undefined
    const path = join(folder, basename(listed))
    const info = await lstat(path).catch(() => undefined)
    if (info === undefined || !(info.isFile() || info.isDirectory() || info.isSymbolicLink()))
      return undefined
    const plain = info.mode & 0o777
    return {
      listed,
      path,
      dir: info.isDirectory(),
      mtime: Math.floor(info.mtimeMs / 1000),
      // Set-user-id and set-group-id files are of no use to a build and a risk in its root.
      ...(!info.isSymbolicLink() && (info.mode & 0o6000) !== 0 ? { mode: plain } : {}),
    }
  }

  /** Returns the file at a listed path. Undefined if the host has no file there, or a device. */
  file(listed: string): Promise<HostFile | undefined> {
    const known = this.#files.get(listed)
    if (known !== undefined) return known
    const found = this.#look(listed)
    this.#files.set(listed, found)
    return found
  }
}

const short = /^\/(?:bin|sbin|lib|lib64)\/[^/]+$/

/** Returns the name to provide for a file that the host lists behind one of the root's directory links. */
export function shortPath(file: HostFile): string[] {
  return !file.dir && file.listed !== file.path && short.test(file.listed) ? [file.listed] : []
}
