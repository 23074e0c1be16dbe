/**
 * What stream documents of both versions hold. Every text is as it was written (`1.10` is `1.10`), lists are
 * sets unless said otherwise: unique and in the order of their UTF-8 bytes.
 */
export interface StreamContent {
  name?: string
  stream?: string
  /** Absent when 0. */
  version?: bigint
  context?: string
  arch?: string
  summary: string
  description: string
  /** Licences of the module itself, of which there must be one, and of what it contains. */
  license: { module: string[]; content: string[] }
  xmd?: Xmd
  references?: ModuleReferences
  profiles: Map<string, Profile>
  /** Names of the packages that others may rely on. */
  api: string[]
  /** Names of the packages that are built but not shipped. */
  filter: string[]
  /** Name of a service level to the day it ends (`YYYY-MM-DD`), if there is one. */
  serviceLevels: Map<string, string | undefined>
  /** Present but empty is not the same as absent. */
  buildopts?: BuildOptions
  components: { rpms: Map<string, RpmComponent>; modules: Map<string, ModuleComponent> }
  /** NEVRAs of the built packages, with epoch. */
  artifacts: string[]
}

/** A `modulemd` document of version 2. */
export interface ModuleStream extends StreamContent {
  kind: 'modulemd'
  /** The context was chosen by the packager and is to be kept. */
  staticContext: boolean
  /** Alternatives; their order matters. */
  dependencies: ModuleDependencies[]
  /** Names of the packages that left the module and no longer hide others. */
  demodularized: string[]
  /** The built packages once more: kind of digest to checksum to package. Not compared with `artifacts`. */
  rpmMap?: Map<string, Map<string, RpmMapEntry>>
}

/** A `modulemd` document of version 1: one stream for each module that it depends on. */
export interface ModuleStreamV1 extends StreamContent {
  kind: 'modulemd-v1'
  dependencies: { buildrequires: Map<string, string>; requires: Map<string, string> }
}

/** One package of `rpmMap`. */
export interface RpmMapEntry {
  name: string
  epoch: number
  version: string
  release: string
  arch: string
}

/** Free data of build systems. Numbers do not exist here; `TRUE` and `FALSE` are the booleans. */
export type Xmd = string | boolean | Xmd[] | Map<string, Xmd>

/** Module to streams: any of them, or with a leading `-` all but them, or every active one when empty. */
export interface ModuleDependencies {
  buildrequires: Map<string, string[]>
  requires: Map<string, string[]>
}

/** Where to read more. */
export interface ModuleReferences {
  community?: string
  documentation?: string
  tracker?: string
}

/** Packages that are installed together. */
export interface Profile {
  description?: string
  rpms: string[]
  /** Only meaningful to packagers' documents, but allowed in streams. */
  isDefault?: boolean
}

/** What the build root gets beside the packages. */
export interface BuildOptions {
  /** Text of RPM macros, line breaks included. */
  macros?: string
  /** Replaces the names of the components as the packages that may be built. */
  whitelist: string[]
  /** The architectures to build for. */
  arches: string[]
}

/** One source package of the module. */
export interface RpmComponent {
  rationale?: string
  /** The package's name where it differs from the component's. */
  name?: string
  repository?: string
  cache?: string
  ref?: string
  /** Components of a lower number are built before; may be negative, 0 is the usual place. */
  buildorder: number
  /** Names of the components that must be built before. */
  buildafter: string[]
  /** Needed for building, not shipped. */
  buildonly: boolean
  /** Later batches get the profile `buildroot` into their build root. */
  buildroot: boolean
  /** The same for the profile `srpm-buildroot` and the building of source packages. */
  srpmBuildroot: boolean
  arches: string[]
  multilib: string[]
}

/** Another module whose components are built into this one. */
export interface ModuleComponent {
  rationale?: string
  repository?: string
  ref?: string
  buildorder: number
  buildonly: boolean
}
