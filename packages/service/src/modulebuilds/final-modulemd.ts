import { formatNevra, type RpmHeader } from '@mbs/rpm'
import type { ModuleStream } from '@mbs/modulemd'

/** Names of packages that carry debug data belong to the package without the ending. */
const debugEnding = /-debug(?:info|source)$/

/**
 * The document as it is published for an arch (upstream: get_final_mmd): without the build system's own data, with
 * arch, the artifacts and their licences.
 *
 * A binary package belongs to it unless the author filters its name; debug packages follow the package they are of;
 * source packages follow their binaries.
 */
export function finalModulemd(
  document: ModuleStream,
  arch: string,
  packages: readonly RpmHeader[],
): ModuleStream {
  const included = includedPackages(document, arch, packages)
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
    arch,
    license: { ...document.license, content: sortedSet(included.map(({ license }) => license)) },
    ...(xmd === undefined || (xmd instanceof Map && xmd.size === 0) ? {} : { xmd }),
    components: { ...document.components, rpms },
    artifacts: sortedSet(included.map(({ nevra }) => formatNevra(nevra))),
  }
}

function includedPackages(document: ModuleStream, arch: string, packages: readonly RpmHeader[]): RpmHeader[] {
  const filtered = new Set(document.filter)
  const binaries = packages.filter(
    ({ isSource, nevra }) => !isSource && (nevra.arch === arch || nevra.arch === 'noarch'),
  )
  const plain = binaries.filter(({ nevra }) => !debugEnding.test(nevra.name) && !filtered.has(nevra.name))
  const shippedNames = new Set(plain.map(({ nevra }) => nevra.name))
  const builtNames = new Set(binaries.map(({ nevra }) => nevra.name))
  const shippedSources = new Set(plain.map(({ sourceRpm }) => sourceRpm))
  const debug = binaries.filter(({ nevra, sourceRpm }) => {
    if (!debugEnding.test(nevra.name) || filtered.has(nevra.name)) return false
    const main = nevra.name.replace(debugEnding, '')
    return shippedNames.has(main) || (!builtNames.has(main) && shippedSources.has(sourceRpm))
  })
  const sources = packages.filter(({ isSource, nevra }) => isSource && shippedSources.has(sourceFile(nevra)))
  return [...plain, ...debug, ...sources]
}

function sourceFile({ name, version, release, arch }: RpmHeader['nevra']): string {
  return `${name}-${version}-${release}.${arch}.rpm`
}

function sortedSet(values: readonly string[]): string[] {
  return [...new Set(values)].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
}
