import { createHash } from 'node:crypto'
import { writeModulemd, type ModuleStream } from '@mbs/modulemd'
import { formatNevra, type RpmHeader } from '@mbs/rpm'
import { serviceCaller } from '../../auth/index.ts'
import type { Database } from '../../database/index.ts'
import { UserError } from '../../errors.ts'
import { settled, type ContentImport, type Hub } from '../../hub/index.ts'
import { hubStream, moduleNvr } from './hub-name.ts'
import { isOpen, moduleBuildsOf } from './names.ts'
import { develModulemd, develName, finalModulemd } from './final-modulemd.ts'
import { loadModuleBuild, type ModuleBuildRow } from '../store.ts'

/** Upstream's name of the content generator that imports modules into the hub. */
const contentGenerator = 'module-build-service'

/** A built module, with the data for its build in the hub. */
export interface BuiltModule {
  build: ModuleBuildRow
  name: string
  stream: string
  version: string
  context: string
  document: ModuleStream
  /** The package names of its components. */
  components: readonly string[]
  arches: readonly string[]
  packages: readonly RpmHeader[]
  /** The history of its components, for people. */
  log: string
}

/** The services that an import uses. */
interface ImportWorld {
  database: Database
  hub: Hub
}

/**
 * Imports a module into the hub as one build that can be tagged (upstream: KojiContentGenerator): a document for each
 * arch and for the sources, with the packages in each, and a log. A repeated import changes nothing.
 *
 * @throws UserError (409) when a build of this name comes from another user or another module
 */
export async function importModule(world: ImportWorld, module: BuiltModule): Promise<void> {
  await bringIn(world, module, finalDocuments(module))
}

/**
 * Imports the packages that were built for a module and that it does not ship, as a build NAME-devel of their own
 * (upstream: KOJI_CG_DEVEL_MODULE), in the same way.
 *
 * @throws UserError (409) when a build of this name comes from another user or another module
 */
export async function importDevelModule(world: ImportWorld, module: BuiltModule): Promise<void> {
  const { document, components, arches, packages } = module
  const name = develName(module.name)
  const documents = arches.map((arch) => [arch, develModulemd(document, arch, packages, components)] as const)
  await bringIn(world, { ...module, name, document: { ...document, name } }, new Map(documents))
}

/**
 * Returns the name-version-release of the module NAME-devel that was imported for a module build; undefined if there is
 * none.
 */
export async function findDevelModule(
  hub: Hub,
  id: number,
  nsvc: Pick<BuiltModule, 'name' | 'stream' | 'version' | 'context'>,
): Promise<string | undefined> {
  const nvr = moduleNvr({ ...nsvc, name: develName(nsvc.name) })
  return (await moduleBuildsOf(hub, [nvr])).get(nvr) === id ? nvr : undefined
}

async function bringIn(
  { database, hub }: ImportWorld,
  module: BuiltModule,
  documents: ReadonlyMap<string, ModuleStream>,
): Promise<void> {
  const nvr = moduleNvr(module)
  const existing = (await hub.builds([nvr])).get(nvr)
  const earlier = (await moduleBuildsOf(hub, [nvr])).get(nvr)
  if (earlier === module.build.id && (await documentIn(hub, nvr)) === writeModulemd([module.document])) return
  const replaces = existing !== undefined && !isOpen(existing)
  if (replaces) {
    const tried = earlier === undefined ? undefined : await loadModuleBuild(database, earlier)
    // A module may have the name of another module's -devel module. An earlier build of the same module may be
    // replaced, because it did not become a module.
    if (existing.owner !== serviceCaller.name || tried?.name !== module.build.name)
      throw new UserError(
        409,
        `${nvr} was brought into the hub by ${existing.owner}${tried === undefined ? '' : ` for the module ${tried.name}`}; it is not replaced`,
      )
  }
  const content = { ...contentOf(module, documents), replaces }
  await settled(hub.importContent(content).then((outcome) => [outcome]))
}

/** Returns the document with which a module was imported. A resumed build may have another one by now. */
async function documentIn(hub: Hub, nvr: string): Promise<unknown> {
  const info = (await hub.typeinfos([nvr], 'module')).get(nvr)
  return typeof info === 'object' && info !== null && 'modulemd_str' in info ? info.modulemd_str : undefined
}

/** Returns the published documents of a module by arch, in the order of its arches. */
export function finalDocuments(
  module: Pick<BuiltModule, 'document' | 'components' | 'arches' | 'packages'>,
): Map<string, ModuleStream> {
  const { document, components, arches, packages } = module
  return new Map(arches.map((arch) => [arch, finalModulemd(document, arch, packages, components)]))
}

function contentOf(
  module: BuiltModule,
  documents: ReadonlyMap<string, ModuleStream>,
): Pick<ContentImport, 'metadata' | 'files'> {
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
  const files = new Map(outputs.map(({ filename, text }) => [filename, Buffer.from(text)]))
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
      output: outputs.map(({ filename, arch: of, rpms, text }) => ({
        buildroot_id: 1,
        filename,
        arch: of,
        filesize: Buffer.byteLength(text),
        checksum_type: 'md5',
        checksum: createHash('md5').update(text).digest('hex'),
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
