/** A program run as the unprivileged build user: host root read-only, no network, only `writable` writable. */
export type RunConfined = (
  argv: string[],
  options: { cwd?: string; env?: Record<string, string>; stdin?: string; writable: string[]; log?: string },
) => Promise<{ code: number; stdout: string; stderr: string }>

/** One installed package of the host, with names as the host's own package manager gives them. */
export interface HostPackage {
  name: string
  /** Upstream part of the version, without epoch and without the distribution's revision. */
  upstream: string
  /** The distribution's revision; empty where there is none. */
  revision: string
  arch: string
  /** Each element is satisfied by any one of its names. */
  depends: string[][]
  /** Names that this package stands for besides its own. */
  provides: string[]
}

/** A link that the host made at installation time, so that no package's file list has it. */
export interface HostLink {
  path: string
  /** The administrative link that `path` points to, part of the same choice. */
  via: string
  /** The file that the choice ends at. */
  target: string
}

/** What is asked of the host's package database; one member for dpkg, one for rpm. */
export interface HostPackages {
  kind: 'dpkg' | 'rpm'
  installed(): Promise<HostPackage[]>
  /** Paths per package name, as the database lists them. */
  files(names: string[]): Promise<Map<string, string[]>>
  links(): Promise<HostLink[]>
}

/** One file of a planned RPM; `mode` only where it must differ from the host's. */
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
