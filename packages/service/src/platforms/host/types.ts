/**
 * Runs a program as the unprivileged build user: the host's root is read-only, without network; only the `writable`
 * folders are writable.
 */
export type RunConfined = (
  argv: string[],
  options: { cwd?: string; env?: Record<string, string>; stdin?: string; writable: string[]; log?: string },
) => Promise<{ code: number; stdout: string; stderr: string }>

/** One installed package of the host, with the names of the host's own package manager. */
export interface HostPackage {
  name: string
  /** Upstream part of the version, without epoch and without the distribution's revision. */
  upstream: string
  /** The distribution's revision; empty without one. */
  revision: string
  arch: string
  /** Any one name of an element satisfies it. */
  depends: string[][]
  /** Names that this package provides besides its own. */
  provides: string[]
}

/** A link that the host made at installation time, so that no package's file list contains it. */
export interface HostLink {
  path: string
  /** The administrative link that `path` points to, part of the same choice. */
  via: string
  /** The file at the end of the links. */
  target: string
}

/** Reads the host's package database. There is one implementation for dpkg, and one for rpm. */
export interface HostPackages {
  kind: 'dpkg' | 'rpm'
  installed(): Promise<HostPackage[]>
  /** Paths per package name, as the database lists them. */
  files(names: string[]): Promise<Map<string, string[]>>
  links(): Promise<HostLink[]>
}

/** One file of a planned RPM; `mode` is set only if it must differ from the host's. */
export interface PlannedFile {
  path: string
  dir: boolean
  mode?: number
}

/** One RPM to write from files of the host. */
export interface PlannedRpm {
  name: string
  sources: string[]
  version: string
  release: string
  requires: string[]
  provides: string[]
  files: PlannedFile[]
}
