/**
 * The content that stream documents of both versions share. Every text is as written (`1.10` is `1.10`). Lists
 * are sets unless their comment says otherwise: unique and in the order of their UTF-8 bytes.
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
  /** Licences of the module itself (at least one) and of its content. */
  license: { module: string[]; content: string[] }
  xmd?: Xmd
  references?: ModuleReferences
  profiles: Map<string, Profile>
  /** Names of the packages that other modules may rely on. */
  api: string[]
  /** Names of the packages that are built and not published. */
  filter: string[]
  /** Name of a service level to its last day (`YYYY-MM-DD`), or to undefined when it has no end. */
  serviceLevels: Map<string, string | undefined>
  /** An empty value differs from an absent one. */
  buildopts?: BuildOptions
  components: { rpms: Map<string, RpmComponent>; modules: Map<string, ModuleComponent> }
  /** NEVRAs of the built packages, with epoch. */
  artifacts: string[]
}

/** A `modulemd` document of version 2. */
export interface ModuleStream extends StreamContent {
  kind: 'modulemd'
  /** The packager chose the context, and the build must keep it. */
  staticContext: boolean
  /** The alternatives; their order matters. */
  dependencies: ModuleDependencies[]
  /** Names of the packages that left the module and no longer hide other packages. */
  demodularized: string[]
  /**
   * The built packages in another form: kind of digest to checksum to package. The reader does not compare it
   * with `artifacts`.
   */
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

/** Free data of build systems. It has no numbers; `TRUE` and `FALSE` are the booleans. */
export type Xmd = string | boolean | Xmd[] | Map<string, Xmd>

/** Module to streams: the listed streams; with a leading `-` all except them; when empty every active stream. */
export interface ModuleDependencies {
  buildrequires: Map<string, string[]>
  requires: Map<string, string[]>
}

/** Addresses with more information. */
export interface ModuleReferences {
  community?: string
  documentation?: string
  tracker?: string
}

/** Packages that are installed together. */
export interface Profile {
  description?: string
  rpms: string[]
  /** Used only in packager documents, but also allowed in streams. */
  isDefault?: boolean
}

/** Additions to the build root besides the packages. */
export interface BuildOptions {
  /** Text of RPM macros, including line breaks. */
  macros?: string
  /** Names of the packages that may be built; replaces the names of the components. */
  whitelist: string[]
  /** The architectures to build for. */
  arches: string[]
}

/** One source package of the module. */
export interface RpmComponent {
  rationale?: string
  /** The package's name, when it differs from the component's. */
  name?: string
  repository?: string
  cache?: string
  ref?: string
  /** Components with a lower number are built first. The number may be negative; the default is 0. */
  buildorder: number
  /** Names of the components that must be built before this one. */
  buildafter: string[]
  /** The component is needed for the build and not shipped. */
  buildonly: boolean
  /** Later batches install the profile `buildroot` in their build root. */
  buildroot: boolean
  /** The same for the profile `srpm-buildroot` and the build of source packages. */
  srpmBuildroot: boolean
  arches: string[]
  multilib: string[]
}

/** Another module; its components are built into this one. */
export interface ModuleComponent {
  rationale?: string
  repository?: string
  ref?: string
  buildorder: number
  buildonly: boolean
}
