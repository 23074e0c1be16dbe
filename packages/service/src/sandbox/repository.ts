/** A repository to resolve from or install from. A lower priority number wins. */
export interface Repository {
  /** Contains a digest of the content if that may change, because metadata are cached permanently under the name. */
  name: string
  url: string
  priority: number
  /** The URL of the key that signs its packages and metadata. Without it no signature is verified. */
  gpgKey?: string
  /** The visible streams of its modules. Without it all packages are visible. */
  view?: ModularView
}

/** Modular filtering with chosen streams; see `modular_view.py`. */
export interface ModularView {
  /** A file that lists the content of all streams. */
  content: string
  /** `N:S:V:C` of the visible streams. Each of them is in the file. */
  streams: readonly string[]
}

/** Returns the views of repositories in the format of `modular_view.py`. */
export function viewsOf(repositories: readonly Repository[]): (ModularView & { repository: string })[] {
  return repositories.flatMap(({ name, view }) => (view === undefined ? [] : [{ repository: name, ...view }]))
}

/**
 * Content of `.rpmmacros` in HOME. Debian's rpm has its database in the home folder; with --installroot that silently
 * becomes /root/.rpmdb of the new root.
 */
export const databaseMacro = '%_dbpath /var/lib/rpm\n'
