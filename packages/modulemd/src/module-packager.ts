import type {
  BuildOptions,
  ModuleComponent,
  ModuleReferences,
  Profile,
  RpmComponent,
  Xmd,
} from './module-stream.ts'

/** A `modulemd-packager` document of version 3: written by a packager, it describes the streams of its builds. */
export interface ModulePackager {
  kind: 'modulemd-packager'
  name?: string
  stream?: string
  /** Required to make a stream of the document. */
  summary?: string
  /** Required to make a stream of the document. */
  description?: string
  /** Licences of the module; an empty list means MIT. */
  license: string[]
  xmd?: Xmd
  /** The builds, in the order of their contexts. */
  configurations: Configuration[]
  references?: ModuleReferences
  profiles: Map<string, Profile>
  api: string[]
  filter: string[]
  demodularized: string[]
  components: { rpms: Map<string, RpmComponent>; modules: Map<string, ModuleComponent> }
}

/** One build: a platform, and one stream of each required module. */
export interface Configuration {
  /** 1 to 10 letters and digits. */
  context: string
  /** The stream of the module `platform`. */
  platform: string
  buildrequires: Map<string, string>
  requires: Map<string, string>
  buildopts?: BuildOptions
}
