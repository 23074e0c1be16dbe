import type {
  BuildOptions,
  ModuleComponent,
  ModuleReferences,
  Profile,
  RpmComponent,
  Xmd,
} from './module-stream.ts'

/** A `modulemd-packager` document of version 3: what a packager writes, of which builds make streams. */
export interface ModulePackager {
  kind: 'modulemd-packager'
  name?: string
  stream?: string
  /** Must be there for a stream to be made of the document. */
  summary?: string
  /** Must be there for a stream to be made of the document. */
  description?: string
  /** Licences of the module; none means MIT. */
  license: string[]
  xmd?: Xmd
  /** What to build, in the order of the contexts. */
  configurations: Configuration[]
  references?: ModuleReferences
  profiles: Map<string, Profile>
  api: string[]
  filter: string[]
  demodularized: string[]
  components: { rpms: Map<string, RpmComponent>; modules: Map<string, ModuleComponent> }
}

/** One build: a platform, and one stream of each module that it needs. */
export interface Configuration {
  /** 1 to 10 letters and digits. */
  context: string
  /** The stream of the module `platform`. */
  platform: string
  buildrequires: Map<string, string>
  requires: Map<string, string>
  buildopts?: BuildOptions
}
