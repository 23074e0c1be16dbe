import { formatNevra, type RpmHeader } from '@mbs/rpm'
import type { ModuleStream } from '@mbs/modulemd'

/** Names of packages that carry debug data belong to the package without the ending. */
const debugEnding = /-debug(?:info|source)$/

/** The arches of packages that run on an arch beside its own: as rpm and pungi have them. */
const multilibArches = new Map([
  ['x86_64', ['i386', 'i486', 'i586', 'i686', 'athlon']],
  ['ppc64', ['ppc']],
  ['s390x', ['s390']],
  ['sparc64', ['sparc', 'sparcv8', 'sparcv9']],
])

/** Other names of an arch, by which specs may exclude it. */
const archNames = new Map([
  ['x86_64', ['amd64', 'ia32e']],
  ['armv7hnl', ['armhfp', 'armv7hl', 'armv6hl']],
  ['i686', ['i386', 'i486', 'i586', 'athlon']],
])

/** What rpm and Koji call an arch differs for some (upstream: pungi's arch map). */
const yumArches = new Map([
  ['i386', 'i686'],
  ['armhfp', 'armv7hnl'],
  ['arm', 'armv7l'],
])

/**
 * The document as it is published for an arch (upstream: get_final_mmd): without the build system's own data, with
 * arch, the artifacts and their licences.
 *
 * A binary package belongs to it when it runs there, its source package does not exclude the arch, it is of one of the
 * module's packages (or of `buildopts.rpms.whitelist`, where there is one), its author does not filter its name, and, of
 * another arch than this one, its component says so by `multilib`. Debug packages follow the package they are of; source
 * packages follow their binaries.
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

/** The name of the module beside a module, in which is what that does not ship. */
export function develName(name: string): string {
  return `${name}-devel`
}

/**
 * The document of the module beside a module for an arch (upstream: the -devel module), as it is published: what runs
 * there and {@link finalModulemd} leaves out. It requires the module itself, and has neither API nor profiles.
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

/** A document with the packages that it is published with. */
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

/** What is needed for building alone is filtered, all of it (upstream: buildonly). */
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

/** What is for an arch: the packages that a module ships, and the rest, with the sources of which it ships nothing. */
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

/** What a source package says of the arches that it is for (ExclusiveArch, ExcludeArch). */
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

/** A package of another arch is there only where its component asks for it. */
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
