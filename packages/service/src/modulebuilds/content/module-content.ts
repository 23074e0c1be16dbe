import { writeModulemd, type ModuleStream } from '@mbs/modulemd'
import { formatNevra, type RpmHeader } from '@mbs/rpm'
import type { Artifacts } from '../../artifacts/index.ts'
import { serviceCaller } from '../../auth/index.ts'
import type { Clock } from '../../clock.ts'
import { inTransaction, type Database, type Tx } from '../../database/index.ts'
import { UserError } from '../../errors.ts'
import {
  discardBuild,
  findBuild,
  HubChange,
  importContent,
  storeUpload,
  typeinfosOf,
} from '../../hub/index.ts'
import { hubStream, moduleNvr } from './hub-name.ts'
import { develModulemd, develName, finalModulemd } from './final-modulemd.ts'
import { loadModuleBuild, type ModuleBuildRow } from '../store.ts'

/** The name under which modules are brought into the hub, upstream's. */
const contentGenerator = 'module-build-service'

/** A module that is built: what it becomes as one build of the hub. */
export interface BuiltModule {
  build: ModuleBuildRow
  name: string
  stream: string
  version: string
  context: string
  document: ModuleStream
  /** The names of the packages that are its components. */
  components: readonly string[]
  arches: readonly string[]
  packages: readonly RpmHeader[]
  /** What happened to its components, for people. */
  log: string
}

/** The parts of the world that bringing a module in touches. */
interface ImportWorld {
  database: Database
  artifacts: Artifacts
  clock: Clock
}

/**
 * Brings a module into the hub as one build that can be tagged (upstream: KojiContentGenerator): a document for each
 * arch and for the sources, with the packages in each, and a log. Done again, it changes nothing.
 *
 * @throws UserError (409) when somebody else has brought in a build of this name
 */
export async function importModule(world: ImportWorld, module: BuiltModule): Promise<void> {
  await bringIn(world, module, finalDocuments(module))
}

/**
 * Brings in beside a module what was built for it and what it does not ship, as a build NAME-devel of its own (upstream:
 * KOJI_CG_DEVEL_MODULE), in the same way.
 *
 * @throws UserError (409) when somebody else has brought in a build of this name
 */
export async function importDevelModule(world: ImportWorld, module: BuiltModule): Promise<void> {
  const { document, components, arches, packages } = module
  const name = develName(module.name)
  const documents = arches.map((arch) => [arch, develModulemd(document, arch, packages, components)] as const)
  await bringIn(world, { ...module, name, document: { ...document, name } }, new Map(documents))
}

/** What was brought in for a module build as its module NAME-devel, if anything was: its name-version-release. */
export async function findDevelModule(
  database: Database | Tx,
  id: number,
  nsvc: Pick<BuiltModule, 'name' | 'stream' | 'version' | 'context'>,
): Promise<string | undefined> {
  const found = await findBuild(database, moduleNvr({ ...nsvc, name: develName(nsvc.name) }))
  return found !== undefined && (await moduleBuildOf(database, found)) === id ? found.nvr : undefined
}

async function bringIn(
  world: ImportWorld,
  module: BuiltModule,
  documents: ReadonlyMap<string, ModuleStream>,
): Promise<void> {
  const nvr = moduleNvr(module)
  const existing = await findBuild(world.database, nvr)
  if (existing !== undefined) {
    const earlier = await moduleBuildOf(world.database, existing)
    if (earlier === module.build.id) return
    const tried = earlier === undefined ? undefined : await loadModuleBuild(world.database, earlier)
    // A module may be called as another one's -devel is.
    if (existing.owner !== serviceCaller.name || tried?.name !== module.build.name)
      throw new UserError(
        409,
        `${nvr} was brought into the hub by ${existing.owner}${tried === undefined ? '' : ` for the module ${tried.name}`}; it is not replaced`,
      )
    // An earlier try at the same name did not become a module.
    await inTransaction(world.database, 'discard build', async (tx) =>
      discardBuild(await HubChange.begin(tx, serviceCaller, world.clock.now()), nvr),
    )
  }
  await importContent(world, serviceCaller, await contentOf(world.artifacts, module, documents))
}

/** The documents of a module as they are published, by arch, that of the first one first. */
export function finalDocuments(
  module: Pick<BuiltModule, 'document' | 'components' | 'arches' | 'packages'>,
): Map<string, ModuleStream> {
  const { document, components, arches, packages } = module
  return new Map(arches.map((arch) => [arch, finalModulemd(document, arch, packages, components)]))
}

/** The module build that a build of the hub says it comes from. */
export async function moduleBuildOf(
  database: Database | Tx,
  build: { id: number },
): Promise<number | undefined> {
  const info = (await typeinfosOf(database, [build.id], 'module')).get(build.id)
  if (typeof info !== 'object' || info === null || !('module_build_service_id' in info)) return undefined
  const { module_build_service_id: id } = info
  return typeof id === 'number' ? id : undefined
}

async function contentOf(
  artifacts: Artifacts,
  module: BuiltModule,
  documents: ReadonlyMap<string, ModuleStream>,
) {
  const { build, name, stream, version, context, packages } = module
  const original = writeModulemd([module.document])
  const sources = packages.filter(({ isSource }) => isSource)
  const outputs = [
    { filename: 'modulemd.txt', arch: 'noarch', text: original, rpms: packages },
    { filename: 'modulemd.src.txt', arch: 'src', text: original, rpms: sources },
    ...[...documents].map(([arch, document]) => {
      const listed = new Set(document.artifacts)
      const rpms = packages.filter(({ nevra }) => listed.has(formatNevra(nevra)))
      return { filename: `modulemd.${arch}.txt`, arch, text: writeModulemd([document]), rpms }
    }),
    { filename: 'build.log', arch: 'noarch', text: module.log, rpms: [] },
  ]
  const files = new Map<string, Awaited<ReturnType<typeof storeUpload>>>()
  for (const { filename, text } of outputs) files.set(filename, await storeUpload(artifacts, bytesOf(text)))
  const [arch = ''] = module.arches
  const seconds = (time: Date) => time.getTime() / 1000
  return {
    files,
    metadata: {
      metadata_version: 0,
      build: {
        name,
        version: hubStream(stream),
        release: `${version}.${context}`,
        source: build.scmurl,
        start_time: seconds(build.time_submitted),
        end_time: seconds(build.time_modified),
        extra: {
          typeinfo: {
            module: {
              module_build_service_id: build.id,
              content_koji_tag: build.koji_tag,
              modulemd_str: original,
              name,
              stream,
              version,
              context,
            },
          },
        },
      },
      buildroots: [
        {
          id: 1,
          host: { os: process.platform, arch },
          content_generator: { name: contentGenerator, version: '1' },
          container: { type: 'none', arch },
          tools: [],
          components: [],
        },
      ],
      output: outputs.map(({ filename, arch: of, rpms }) => ({
        buildroot_id: 1,
        filename,
        arch: of,
        filesize: files.get(filename)?.size,
        checksum_type: 'md5',
        checksum: files.get(filename)?.md5,
        ...(filename === 'build.log'
          ? { type: 'log' }
          : { type: 'file', extra: { typeinfo: { module: {} } }, components: rpms.map(componentOf) }),
      })),
    },
  }
}

function componentOf({ nevra, signatureMd5 }: RpmHeader) {
  const { name, version, release, epoch, arch } = nevra
  return {
    type: 'rpm',
    name,
    version,
    release,
    epoch: epoch === 0 ? null : epoch,
    arch,
    sigmd5: signatureMd5 ?? '',
    signature: null,
    nevra: formatNevra(nevra),
  }
}

async function* bytesOf(text: string): AsyncIterable<Uint8Array> {
  yield await Promise.resolve(Buffer.from(text))
}
