import { writeModulemd, type ModuleStream } from '@mbs/modulemd'
import { formatNevra, type RpmHeader } from '@mbs/rpm'
import type { Artifacts } from '../artifacts/index.ts'
import { serviceCaller } from '../auth/index.ts'
import type { Clock } from '../clock.ts'
import { inTransaction, type Database } from '../database/index.ts'
import { UserError } from '../errors.ts'
import { discardBuild, findBuild, HubChange, importContent, storeUpload, typeinfosOf } from '../hub/index.ts'
import { finalModulemd } from './final-modulemd.ts'
import type { ModuleBuildRow } from './store.ts'

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

/** A module's name-version-release in the hub: name, stream with `_` for `-`, `version.context` (upstream's). */
export function moduleNvr(module: Pick<BuiltModule, 'name' | 'stream' | 'version' | 'context'>): string {
  return `${module.name}-${module.stream.replaceAll('-', '_')}-${module.version}.${module.context}`
}

/**
 * Brings a module into the hub as one build that can be tagged (upstream: KojiContentGenerator): a document for each
 * arch and for the sources, with the packages in each, and a log. Done again, it changes nothing.
 *
 * @throws UserError (409) when somebody else has brought in a build of this name
 */
export async function importModule(
  world: { database: Database; artifacts: Artifacts; clock: Clock },
  module: BuiltModule,
): Promise<void> {
  const nvr = moduleNvr(module)
  const existing = await findBuild(world.database, nvr)
  if (existing !== undefined) {
    const info = (await typeinfosOf(world.database, [existing.id], 'module')).get(existing.id)
    const earlier = moduleBuildOf(info)
    if (earlier === module.build.id) return
    if (existing.owner !== serviceCaller.name || earlier === undefined)
      throw new UserError(409, `${nvr} was brought into the hub by ${existing.owner}; it is not replaced`)
    // An earlier try at the same name did not become a module.
    await inTransaction(world.database, 'discard build', async (tx) =>
      discardBuild(await HubChange.begin(tx, serviceCaller, world.clock.now()), nvr),
    )
  }
  await importContent(world, serviceCaller, await contentOf(world.artifacts, module, finalDocuments(module)))
}

/** The documents of a module as they are published, by arch, that of the first one first. */
export function finalDocuments(
  module: Pick<BuiltModule, 'document' | 'components' | 'arches' | 'packages'>,
): Map<string, string> {
  const { document, components, arches, packages } = module
  return new Map(
    arches.map((arch) => [arch, writeModulemd([finalModulemd(document, arch, packages, components)])]),
  )
}

/** The module build that a build of the hub says it comes from. */
function moduleBuildOf(info: unknown): number | undefined {
  if (typeof info !== 'object' || info === null || !('module_build_service_id' in info)) return undefined
  const { module_build_service_id: id } = info
  return typeof id === 'number' ? id : undefined
}

async function contentOf(artifacts: Artifacts, module: BuiltModule, documents: ReadonlyMap<string, string>) {
  const { build, name, stream, version, context, packages } = module
  const original = writeModulemd([module.document])
  const sources = packages.filter(({ isSource }) => isSource)
  const outputs = [
    { filename: 'modulemd.txt', arch: 'noarch', text: original, rpms: packages },
    { filename: 'modulemd.src.txt', arch: 'src', text: original, rpms: sources },
    ...[...documents].map(([arch, text]) => ({
      filename: `modulemd.${arch}.txt`,
      arch,
      text,
      rpms: packages.filter(({ nevra }) => nevra.arch === arch || nevra.arch === 'noarch'),
    })),
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
        version: stream.replaceAll('-', '_'),
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
