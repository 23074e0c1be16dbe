import { UserError } from '../errors.ts'

/** The digests that lists of archives give, as lookasides call them in their URLs. */
export type HashType = 'md5' | 'sha1' | 'sha256' | 'sha512'

/** One line of a list: an archive that lies beside dist-git, and how it is known again. */
export interface SourceEntry {
  /** A plain name: without folders, and none that a program would read as an option or hide. */
  file: string
  hashType: HashType
  /** In lower-case hexadecimal. */
  hash: string
}

/** Each digest's name in the BSD form, which is also the one for people, and its length in hexadecimal digits. */
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

/** So much of a faulty line is shown. */
const shownMax = 200

/**
 * Reads a `sources` file, in which each line has the form of today, `SHA512 (FILE) = HEX` (or another digest), or the
 * old one, `MD5HEX  FILE`.
 *
 * @param where what the list is of, for messages: the package's name
 * @throws UserError (422) with the first line that is neither, or whose file name is none
 */
export function parseSources(text: string, where: string): SourceEntry[] {
  return readLines(text, `${where}, line % of sources`, (line) => {
    const [, label, tagged, hash = ''] = /^([A-Z0-9]+) \((.+)\) = (\S+)$/.exec(line) ?? []
    if (label !== undefined && tagged !== undefined) {
      const found = (Object.keys(hashTypes) as HashType[]).find((type) => hashTypes[type].label === label)
      if (found === undefined) return `${label} is no digest that is known here; write SHA512`
      if (typeOf(hash) === found) return { file: tagged, hashType: found, hash }
      return `a ${label} has ${hashTypes[found].digits} digits of 0-9 and a-f; make the line anew`
    }
    const [, md5, file] = /^([0-9a-f]{32}) [ *](\S+)$/.exec(line) ?? []
    if (md5 !== undefined && file !== undefined) return { file, hashType: 'md5', hash: md5 }
    return 'write "SHA512 (FILE) = HEX", or "MD5HEX  FILE" with two spaces'
  })
}

/**
 * Reads a `.NAME.metadata` file, whose lines are `HEX SOURCES/FILE`; the length of HEX tells which digest it is.
 *
 * @throws UserError (422) with the first line that is not so, or whose file name is none
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

/** The name of a package's list in the layout of git.centos.org. */
export function metadataFile(name: string): string {
  return `.${name}.metadata`
}

/** @param read gives what a line says, or what to do about it */
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

/** Names come from whoever may commit: one that led out of the folder of sources would write anywhere. */
function faultOfName(file: string): string | undefined {
  if (plainName.test(file) && file.length <= nameBytesMax) return undefined
  return `"${file.slice(0, shownMax)}" cannot be the name of an archive; give one of ASCII without folders and spaces that does not begin with "." or "-"`
}

function typeOf(hash: string): HashType | undefined {
  if (!/^[0-9a-f]+$/.test(hash)) return undefined
  return (Object.keys(hashTypes) as HashType[]).find((type) => hashTypes[type].digits === hash.length)
}
