/** A repository to resolve from or install from; a lower priority number wins over a higher. */
export interface Repository {
  /** Carries a digest of the content where that may change: metadata is cached under it for good. */
  name: string
  url: string
  priority: number
  /** The URL of the key that its packages and metadata must be signed with; without one nothing is verified. */
  gpgKey?: string
  /** Of its modules, which streams are seen; without it all packages are. */
  view?: ModularView
}

/** Modular filtering with chosen streams; see `modular_view.py`. */
export interface ModularView {
  /** A file that tells the content of all streams. */
  content: string
  /** `N:S:V:C` of those that are seen, each of them in the file. */
  streams: readonly string[]
}

/** The views of repositories as `modular_view.py` takes them. */
export function viewsOf(repositories: readonly Repository[]): (ModularView & { repository: string })[] {
  return repositories.flatMap(({ name, view }) => (view === undefined ? [] : [{ repository: name, ...view }]))
}

/**
 * For `.rpmmacros` in HOME. Debian's rpm keeps its database in the home folder; with --installroot that silently
 * becomes /root/.rpmdb of the new root.
 */
export const databaseMacro = '%_dbpath /var/lib/rpm\n'
