/** A repository to resolve from or install from; a lower priority number wins over a higher. */
export interface Repository {
  /** Carries a digest of the content where that may change: metadata is cached under it for good. */
  name: string
  url: string
  priority: number
  /** The URL of the key that its packages and metadata must be signed with; without one nothing is verified. */
  gpgKey?: string
}

/**
 * For `.rpmmacros` in HOME. Debian's rpm keeps its database in the home folder; with --installroot that silently
 * becomes /root/.rpmdb of the new root.
 */
export const databaseMacro = '%_dbpath /var/lib/rpm\n'
