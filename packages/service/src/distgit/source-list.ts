import { UserError } from '../errors.ts'

/** The digests in lists of archives, by the names that lookasides use in their URLs. */
export type HashType = 'md5' | 'sha1' | 'sha256' | 'sha512'

/** One line of a list: an archive beside dist-git, and its digest. */
export interface SourceEntry {
  /** A plain name: without folders, and without a beginning that a program would read as an option or hide. */
  file: string
  hashType: HashType
  /** In lower-case hexadecimal. */
  hash: string
}

/** Each digest's name in the BSD form, which people also use, and its length in hexadecimal digits. */
export const hashTypes: Readonly<Record<HashType, { label: string; digits: number }>> = {
  md5: { label: 'MD5', digits: 32 },
  sha1: { label: 'SHA1', digits: 40 },
  sha256: { label: 'SHA256', digits: 64 },
  sha512: { label: 'SHA512', digits: 128 },
}

/** ASCII without spaces, `/` and `\`, and without `.` or `-` in front. */
const plainName = /^[A-Za-z0-9_+@~][!-.0-[\]-~]*$/

/** The longest name that a file may have, in bytes. */
const nameBytesMax = 255

/** Length of a faulty line in a message. */
const shownMax = 200

/**
 * Reads a `sources` file. Each line has the present form, `SHA512 (FILE) = HEX` (or another digest), or the old one,
 * `MD5HEX  FILE`.
 *
 * @param where the list's owner, for messages: the package's name
 * @throws UserError (422) with the first line that has neither form, or whose file name is not allowed
 */
export function parseSources(text: string, where: string): SourceEntry[] {
  return readLines(text, `${where}, line % of sources`, (line) => {
    const [, label, tagged, hash = ''] = /^([A-Z0-9]+) \((.+)\) = (\S+)$/.exec(line) ?? []
    if (label !== undefined && tagged !== undefined) {
      const found = (Object.keys(hashTypes) as HashType[]).find((type) => hashTypes[type].label === label)
      if (found === undefined) return `${label} is an unknown digest; use SHA512`
      if (typeOf(hash) === found) return { file: tagged, hashType: found, hash }
      return `a ${label} has ${hashTypes[found].digits} digits of 0-9 and a-f; write the line again`
    }
    const [, md5, file] = /^([0-9a-f]{32}) [ *](\S+)$/.exec(line) ?? []
    if (md5 !== undefined && file !== undefined) return { file, hashType: 'md5', hash: md5 }
    return 'write "SHA512 (FILE) = HEX", or "MD5HEX  FILE" with two spaces'
  })
}

/**
 * Reads a `.NAME.metadata` file, whose lines are `HEX SOURCES/FILE`. The length of HEX identifies the digest.
 *
 * @throws UserError (422) with the first line that has another form, or whose file name is not allowed
 */
export function parseMetadata(text: string, name: string): SourceEntry[] {
  return readLines(text, `${name}, line % of ${metadataFile(name)}`, (line) => {
    const [, hash = '', place] = /^([0-9a-f]+)\s+(\S+)$/.exec(line) ?? []
    if (place === undefined) return 'write "HEX SOURCES/FILE"'
    const hashType = typeOf(hash)
    if (hashType === undefined)
      return `a digest has 32, 40, 64 or 128 digits (MD5, SHA1, SHA256, SHA512), this one has ${hash.length}`
    if (!place.startsWith('SOURCES/')) return 'archives lie in SOURCES; write "HEX SOURCES/FILE"'
    return { file: place.slice('SOURCES/'.length), hashType, hash }
  })
}

/** Returns the name of a package's list in the layout of git.centos.org. */
export function metadataFile(name: string): string {
  return `.${name}.metadata`
}

/** @param read returns the entry of a line, or the remedy for a faulty one */
function readLines(text: string, where: string, read: (line: string) => SourceEntry | string): SourceEntry[] {
  return text.split('\n').flatMap((content, index) => {
    const line = content.trim()
    if (line === '') return []
    const entry = read(line)
    const fault = typeof entry === 'string' ? entry : faultOfName(entry.file)
    if (typeof entry !== 'string' && fault === undefined) return [entry]
    throw new UserError(
      422,
      `${where.replace('%', String(index + 1))}: found "${line.slice(0, shownMax)}"; ${fault ?? ''}`,
    )
  })
}

/**
 * Returns the fault of a file name. Any author of commits chooses these names, and a name that leads out of the folder
 * of sources could overwrite any file.
 */
function faultOfName(file: string): string | undefined {
  if (plainName.test(file) && file.length <= nameBytesMax) return undefined
  return `"${file.slice(0, shownMax)}" cannot be the name of an archive; give one of ASCII without folders and spaces that does not begin with "." or "-"`
}

function typeOf(hash: string): HashType | undefined {
  if (!/^[0-9a-f]+$/.test(hash)) return undefined
  return (Object.keys(hashTypes) as HashType[]).find((type) => hashTypes[type].digits === hash.length)
}
