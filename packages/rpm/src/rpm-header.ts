import { controlCharacterPlace } from './control-characters.ts'
import { type Dependency, dependenciesOf } from './dependencies.ts'
import { type RpmFile, filesOf } from './files.ts'
import { type HeaderBlob, parseHeaderBlob } from './header-blob.ts'
import { TYPE } from './header-types.ts'
import { hexOf, numbersOf, STRING_TYPES, stringOf, stringsOf } from './header-values.ts'
import { headerPlacesOf } from './layout.ts'
import type { Nevra } from './nevra.ts'
import { RpmReadError } from './rpm-read-error.ts'
import { SIGNATURE_TAG, TAG } from './tags.ts'

/** Limits for a reader of packages from outside; without them only those of rpm apply. */
export interface HeaderLimits {
  /** Size of the main header. The signature header, which may have a signature of each file, is not kept. */
  bytesMax: number
  /** Number of values of any tag, except binary ones. */
  valuesMax: number
  /** Length of all paths and link targets together, in characters. */
  pathsMax: number
  /** Length of any single text that {@link RpmHeader} has, in bytes; descriptions and changelogs are not among them. */
  textMax: number
}

/** The facts about a package from the two headers of an RPM file. */
export interface RpmHeader {
  /** The architecture of a source package is `src` or `nosrc`, whatever architecture built it. */
  nevra: Nevra
  isSource: boolean
  /** The file name of the source package; absent in a source package. */
  sourceRpm?: string
  /** `name:stream:version:context` of the module that the package was built in. */
  modularityLabel?: string
  summary: string
  license: string
  /** Seconds since 1970. */
  buildTime: number
  buildHost?: string
  exclusiveArch: string[]
  excludeArch: string[]
  requires: Dependency[]
  provides: Dependency[]
  conflicts: Dependency[]
  obsoletes: Dependency[]
  files: RpmFile[]
  /** MD5 of main header and payload, hexadecimal (`sigmd5`); absent in packages of format 6. */
  signatureMd5?: string
  /** SHA-256 of the main header, hexadecimal. */
  headerSha256?: string
  /** Bytes of the payload before compression. */
  payloadSize?: number
  /**
   * The name of the tags with a character that XML cannot represent, among those that repository metadata
   * contain; absent when there is none. createrepo_c silently leaves such a package out.
   */
  controlCharacterIn?: string
  /** Begin and end of the main header in the file, as in repository metadata. */
  headerRange: [start: number, end: number]
}

/**
 * Reads the headers from the beginning of an RPM file and ignores the bytes after them.
 *
 * @throws {RpmReadError} that names the fault
 */
export function parseRpmHeader(
  bytes: Uint8Array,
  { valuesMax = Infinity, pathsMax = Infinity, textMax = Infinity }: Partial<HeaderLimits> = {},
): RpmHeader {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const places = headerPlacesOf(buffer)
  const signature = parseHeaderBlob(buffer, places.signatureStart, 'signature')
  const main = parseHeaderBlob(buffer, places.mainStart, 'main')
  requireFewValues(main, valuesMax)
  requireShortTexts(main, textMax)
  requireWholeChangelog(main)
  return {
    nevra: nevraOf(main),
    isSource: isSource(main),
    ...textsOf(main),
    buildTime: numbersOf(main, TAG.buildTime)[0] ?? 0,
    exclusiveArch: stringsOf(main, TAG.exclusiveArch),
    excludeArch: stringsOf(main, TAG.excludeArch),
    ...dependencyListsOf(main),
    files: filesOf(main, pathsMax),
    ...signatureFactsOf(signature),
    ...present('controlCharacterIn', controlCharacterPlace(main)),
    headerRange: [places.mainStart, places.mainEnd],
  }
}

function requireFewValues(main: HeaderBlob, valuesMax: number): void {
  for (const { tag, type, count } of main.entries.values())
    if (type !== TYPE.binary && count > valuesMax)
      throw new RpmReadError(`tag ${tag} has ${count} values; at most ${valuesMax} are read`)
}

/** The tags whose texts are results. */
const keptTexts = Object.values(TAG)

function requireShortTexts({ entries, data }: HeaderBlob, textMax: number): void {
  if (textMax === Infinity) return
  for (const tag of keptTexts) {
    const entry = entries.get(tag)
    if (entry === undefined || !STRING_TYPES.includes(entry.type)) continue
    const end = entry.offset + entry.length
    for (let at = entry.offset; at < end;) {
      const next = data.indexOf(0, at)
      if (next - at > textMax)
        throw new RpmReadError(`tag ${tag} has a text of ${next - at} bytes; at most ${textMax} are read`)
      at = next + 1
    }
  }
}

/**
 * Checks that times, names and texts of the changelog entries are lists of one length. librpm refuses other
 * packages too.
 */
function requireWholeChangelog(main: HeaderBlob): void {
  const counts = [1080, 1081, 1082].map((tag) => main.entries.get(tag)?.count ?? 0)
  if (new Set(counts).size > 1)
    throw new RpmReadError(`the changelog has ${counts.join(', ')} times, names and texts`)
}

function textsOf(main: HeaderBlob) {
  return {
    summary: stringOf(main, TAG.summary) ?? '',
    license: stringOf(main, TAG.license) ?? '',
    ...present('sourceRpm', stringOf(main, TAG.sourceRpm)),
    ...present('modularityLabel', stringOf(main, TAG.modularityLabel)),
    ...present('buildHost', stringOf(main, TAG.buildHost)),
  }
}

function dependencyListsOf(main: HeaderBlob) {
  const { requireName, requireFlags, requireVersion, provideName, provideFlags, provideVersion } = TAG
  const { conflictName, conflictFlags, conflictVersion, obsoleteName, obsoleteFlags, obsoleteVersion } = TAG
  return {
    requires: dependenciesOf(main, { name: requireName, flags: requireFlags, version: requireVersion }),
    provides: dependenciesOf(main, { name: provideName, flags: provideFlags, version: provideVersion }),
    conflicts: dependenciesOf(main, { name: conflictName, flags: conflictFlags, version: conflictVersion }),
    obsoletes: dependenciesOf(main, { name: obsoleteName, flags: obsoleteFlags, version: obsoleteVersion }),
  }
}

function signatureFactsOf(signature: HeaderBlob) {
  // A payload of 4 GB or more has its size in a separate tag.
  const payloadSize = numbersOf(signature, SIGNATURE_TAG.payloadSize)[0]
  const longPayloadSize = numbersOf(signature, SIGNATURE_TAG.longArchiveSize)[0]
  return {
    ...present('signatureMd5', digestOf(hexOf(signature, SIGNATURE_TAG.md5))),
    ...present('headerSha256', digestOf(stringOf(signature, SIGNATURE_TAG.sha256Header))),
    ...present('payloadSize', payloadSize ?? longPayloadSize),
  }
}

/** No digest of rpm is longer than SHA-512. */
function digestOf(text: string | undefined): string | undefined {
  if (text !== undefined && text.length > 128)
    throw new RpmReadError(`a digest of the signature header has ${text.length} characters`)
  return text
}

function nevraOf(main: HeaderBlob): Nevra {
  return {
    name: mandatory(main, TAG.name, 'name'),
    epoch: numbersOf(main, TAG.epoch)[0] ?? 0,
    version: mandatory(main, TAG.version, 'version'),
    release: mandatory(main, TAG.release, 'release'),
    arch: isSource(main) ? sourceArchOf(main) : mandatory(main, TAG.arch, 'architecture'),
  }
}

/** Uses rpm's own test (`headerIsSource`): only a binary package names its source package. */
function isSource(main: HeaderBlob): boolean {
  return !main.entries.has(TAG.sourceRpm)
}

/** Returns the architecture of a source package: `nosrc` when some of its sources or patches are not included. */
function sourceArchOf(main: HeaderBlob): string {
  return main.entries.has(TAG.noSource) || main.entries.has(TAG.noPatch) ? 'nosrc' : 'src'
}

function mandatory(main: HeaderBlob, tag: number, what: string): string {
  const text = stringOf(main, tag)
  if (!text) throw new RpmReadError(`the header has no ${what}`)
  return text
}

/**
 * Returns an object with the property only when there is a value. An optional property is absent, never
 * undefined.
 */
function present<K extends string, V>(key: K, value: V | undefined): Partial<Record<K, V>> {
  return value === undefined ? {} : ({ [key]: value } as Record<K, V>)
}
