import { formatNevra, type RpmHeader } from '@mbs/rpm'
import type { ModuleStream } from '@mbs/modulemd'

/** The end of a debug package's name. The rest of the name is the package that the debug data belongs to. */
const debugEnding = /-debug(?:info|source)$/

/** The additional arches whose packages run on an arch, as in rpm and pungi. */
const multilibArches = new Map([
  ['x86_64', ['i386', 'i486', 'i586', 'i686', 'athlon']],
  ['ppc64', ['ppc']],
  ['s390x', ['s390']],
  ['sparc64', ['sparc', 'sparcv8', 'sparcv9']],
])

/** Other names of an arch, which specs may use in ExclusiveArch and ExcludeArch. */
const archNames = new Map([
  ['x86_64', ['amd64', 'ia32e']],
  ['armv7hnl', ['armhfp', 'armv7hl', 'armv6hl']],
  ['i686', ['i386', 'i486', 'i586', 'athlon']],
])

/** rpm's names of arches that have another name in Koji (upstream: pungi's arch map). */
const yumArches = new Map([
  ['i386', 'i686'],
  ['armhfp', 'armv7hnl'],
  ['arm', 'armv7l'],
])

/**
 * Returns the document that is published for an arch (upstream: get_final_mmd). It has no data of the build system; it
 * has the arch, the artifacts and their licences.
 *
 * A binary package belongs to the document when all of these are true: it runs on the arch; its source package does not
 * exclude the arch; its source is one of the module's packages (or in `buildopts.rpms.whitelist`, if the document has
 * that list); the author does not filter its name; and, if the package is of another arch, its component asks for that
 * with `multilib`. Debug packages follow the package that they belong to. Source packages follow their binaries.
 *
 * @param components names of the packages that are components of the module, included ones too
 */
export function finalModulemd(
  document: ModuleStream,
  arch: string,
  packages: readonly RpmHeader[],
  components: readonly string[],
): ModuleStream {
  return published(document, arch, dividedPackages(document, arch, packages, components).shipped)
}

/** Returns the name of a module's -devel module, which holds the packages that the module does not ship. */
export function develName(name: string): string {
  return `${name}-devel`
}

/**
 * Returns the document of a module's -devel module that is published for an arch (upstream: the -devel module). It
 * lists the packages that run on the arch and that {@link finalModulemd} leaves out. It requires the module itself, and
 * has neither API nor profiles.
 */
export function develModulemd(
  document: ModuleStream,
  arch: string,
  packages: readonly RpmHeader[],
  components: readonly string[],
): ModuleStream {
  const { name, stream } = document
  if (name === undefined || stream === undefined) throw new Error('a recorded document has no name or stream')
  const devel = {
    ...document,
    name: develName(name),
    dependencies: document.dependencies.map(({ buildrequires, requires }) => ({
      buildrequires,
      requires: new Map([...requires, [name, [stream]]]),
    })),
    api: [],
    profiles: new Map(),
  }
  return published(devel, arch, dividedPackages(document, arch, packages, components).rest)
}

/** Returns the published form of a document, with the given packages. */
function published(document: ModuleStream, arch: string, listed: readonly RpmHeader[]): ModuleStream {
  const xmd =
    document.xmd instanceof Map ? new Map([...document.xmd].filter(([key]) => key !== 'mbs')) : document.xmd
  const rpms = new Map(
    [...document.components.rpms].map(([name, component]) => {
      const { repository: _repository, cache: _cache, ...published } = component
      return [name, published]
    }),
  )
  return {
    ...document,
    arch: yumArches.get(arch) ?? arch,
    license: { ...document.license, content: sortedSet(listed.map(({ license }) => license)) },
    ...(xmd === undefined || (xmd instanceof Map && xmd.size === 0) ? {} : { xmd }),
    components: { ...document.components, rpms },
    artifacts: sortedSet(listed.map(({ nevra }) => formatNevra(nevra))),
  }
}

/** Adds all packages of build-only components to the document's filter (upstream: buildonly). */
export function withBuildonlyFiltered(
  document: ModuleStream,
  components: readonly { buildonly: boolean; nvr: string | null }[],
  packages: readonly RpmHeader[],
): ModuleStream {
  const buildonly = new Set(
    components.filter((row) => row.buildonly).map(({ nvr }) => `${nvr ?? ''}.src.rpm`),
  )
  const names = packages
    .filter(({ sourceRpm }) => sourceRpm !== undefined && buildonly.has(sourceRpm))
    .map(({ nevra }) => nevra.name)
  return names.length === 0
    ? document
    : { ...document, filter: [...new Set([...document.filter, ...names])].sort() }
}

/**
 * Divides the packages for an arch into the packages that the module ships and the rest. The rest includes the source
 * packages of which the module ships no binary.
 */
function dividedPackages(
  document: ModuleStream,
  koji: string,
  packages: readonly RpmHeader[],
  components: readonly string[],
): { shipped: RpmHeader[]; rest: RpmHeader[] } {
  const arch = yumArches.get(koji) ?? koji
  const sourcePackages = new Map(
    packages.filter(({ isSource }) => isSource).map((header) => [sourceFile(header.nevra), header]),
  )
  const binaries = packages.filter(
    (header) =>
      !header.isSource && runsOn(header, arch) && isFor(sourcePackages.get(header.sourceRpm ?? ''), arch),
  )
  const allowed = allowedPackages(document, components)
  const filtered = new Set(document.filter)
  const belongs = (header: RpmHeader) => {
    const source = (header.sourceRpm ?? '').replace(/-[^-]+-[^-]+$/, '')
    return allowed.has(source) && !filtered.has(header.nevra.name) && isWanted(document, header, source, arch)
  }
  const plain = binaries.filter((header) => !debugEnding.test(header.nevra.name) && belongs(header))
  const shippedNames = new Set(plain.map(({ nevra }) => nevra.name))
  const builtNames = new Set(binaries.map(({ nevra }) => nevra.name))
  const shippedSources = new Set(plain.map(({ sourceRpm }) => sourceRpm))
  const debug = binaries.filter((header) => {
    if (!debugEnding.test(header.nevra.name) || !belongs(header)) return false
    const main = header.nevra.name.replace(debugEnding, '')
    return shippedNames.has(main) || (!builtNames.has(main) && shippedSources.has(header.sourceRpm))
  })
  const sources = [...sourcePackages].filter(([file]) => shippedSources.has(file)).map(([, header]) => header)
  const shipped = [...plain, ...debug, ...sources]
  const isShipped = new Set(shipped)
  return {
    shipped,
    rest: [...binaries, ...sourcePackages.values()].filter((header) => !isShipped.has(header)),
  }
}

function allowedPackages({ buildopts }: ModuleStream, components: readonly string[]): Set<string> {
  const whitelist = buildopts?.whitelist ?? []
  return new Set(whitelist.length > 0 ? whitelist : components)
}

function runsOn({ nevra }: RpmHeader, arch: string): boolean {
  return [arch, 'noarch', ...(multilibArches.get(arch) ?? [])].includes(nevra.arch)
}

/** Returns whether a source package allows the arch (ExclusiveArch, ExcludeArch). */
function isFor(source: RpmHeader | undefined, arch: string): boolean {
  if (source === undefined) return true
  const names = [arch, ...(archNames.get(arch) ?? [])]
  const meets = (arches: readonly string[]) => arches.some((one) => names.includes(one))
  const { exclusiveArch, excludeArch } = source
  return (
    !meets(excludeArch) &&
    (exclusiveArch.length === 0 || meets(exclusiveArch) || exclusiveArch.includes('noarch'))
  )
}

/**
 * Returns whether the module takes the package: of another arch, it takes only packages whose component asks for them.
 */
function isWanted({ components }: ModuleStream, { nevra }: RpmHeader, source: string, arch: string): boolean {
  if (nevra.arch === arch || nevra.arch === 'noarch') return true
  const component = [...components.rpms].find(([name, one]) => (one.name ?? name) === source)?.[1]
  return component?.multilib.includes(arch) ?? false
}

function sourceFile({ name, version, release, arch }: RpmHeader['nevra']): string {
  return `${name}-${version}-${release}.${arch}.rpm`
}

function sortedSet(values: readonly string[]): string[] {
  return [...new Set(values)].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
}
