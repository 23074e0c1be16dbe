import type { HeaderBlob } from './header-blob.ts'
import { numbersOf, stringsOf } from './header-values.ts'
import { RpmReadError } from './rpm-read-error.ts'
import { TAG } from './tags.ts'

/** One file of a package. In a source package the path is a bare file name. */
export interface RpmFile {
  path: string
  /** Type and permissions, as in `stat`. */
  mode: number
  size: number
  /** Hexadecimal; empty for a file without content. */
  digest: string
  /** rpm's file bits (`rpmfileAttrs`): configuration, documentation, ghost, licence... */
  flags: number
  /** The target of a symbolic link; empty for other files. */
  linkTo: string
  user: string
  group: string
  /** The package owns the file, but its payload does not contain it. */
  isGhost: boolean
  isDirectory: boolean
}

/**
 * Devices, times, verification flags, inodes, languages and colours of files. No function here uses their
 * values; only their length is checked.
 */
const alsoOfFiles = [1033, 1034, 1045, 1095, 1096, 1097, 1140]

/** Linux takes no longer path (PATH_MAX, with its final zero byte), so rpm cannot install such a file. */
const pathBytesMax = 4095

const GHOST = 1 << 6
const FILE_TYPE_MASK = 0o170000
const DIRECTORY = 0o040000

/**
 * Reads the files of a package, in the order of the header.
 *
 * @param pathsMax largest length of all paths and link targets together: the header has each directory only once, so a
 * small one can describe any amount of text
 */
export function filesOf(header: HeaderBlob, pathsMax: number): RpmFile[] {
  const paths = pathsOf(header)
  requireShort([...paths, ...stringsOf(header, TAG.fileLinkTos)], pathsMax)
  for (const tag of alsoOfFiles) {
    const count = header.entries.get(tag)?.count ?? paths.length
    if (count !== paths.length)
      throw new RpmReadError(`tag ${tag} is bad: it describes ${count} files, there are ${paths.length}`)
  }
  const lists = {
    sizes: sameLength(numbersOf(header, longOrShortSizes(header)), paths, 'size'),
    modes: sameLength(numbersOf(header, TAG.fileModes), paths, 'mode'),
    digests: sameLength(stringsOf(header, TAG.fileDigests), paths, 'digest'),
    flags: sameLength(numbersOf(header, TAG.fileFlags), paths, 'flags'),
    links: sameLength(stringsOf(header, TAG.fileLinkTos), paths, 'link target'),
    users: sameLength(stringsOf(header, TAG.fileUserName), paths, 'user'),
    groups: sameLength(stringsOf(header, TAG.fileGroupName), paths, 'group'),
  }
  return paths.map((path, i) => {
    const mode = lists.modes[i] ?? 0
    const flags = lists.flags[i] ?? 0
    return {
      path,
      mode,
      size: lists.sizes[i] ?? 0,
      digest: lists.digests[i] ?? '',
      flags,
      linkTo: lists.links[i] ?? '',
      user: lists.users[i] ?? '',
      group: lists.groups[i] ?? '',
      isGhost: (flags & GHOST) !== 0,
      isDirectory: (mode & FILE_TYPE_MASK) === DIRECTORY,
    }
  })
}

/**
 * Returns the paths of the files. The header stores directory and base name, or the whole path in packages
 * built without directory tokens.
 */
function pathsOf(header: HeaderBlob): string[] {
  if (!header.entries.has(TAG.baseNames)) return stringsOf(header, TAG.oldFileNames)
  const baseNames = stringsOf(header, TAG.baseNames)
  const directories = stringsOf(header, TAG.dirNames)
  const indexes = numbersOf(header, TAG.dirIndexes)
  return baseNames.map((baseName, i) => {
    const directory = directories[indexes[i] ?? -1]
    if (directory === undefined) throw new RpmReadError(`the file ${baseName} has no directory`)
    return directory + baseName
  })
}

/** The length of a joined path is known before its text is made. */
function requireShort(paths: readonly string[], pathsMax: number): void {
  let sum = 0
  for (const { length } of paths) {
    if (length > pathBytesMax)
      throw new RpmReadError(`a file's path has ${length} characters; at most ${pathBytesMax} are possible`)
    sum += length
  }
  if (sum > pathsMax)
    throw new RpmReadError(`the files' paths have ${sum} characters together; at most ${pathsMax} are read`)
}

/** Returns the tag of the file sizes. A package with a file of 4 GB or more uses a separate tag. */
function longOrShortSizes(header: HeaderBlob): number {
  return header.entries.has(TAG.longFileSizes) ? TAG.longFileSizes : TAG.fileSizes
}

/**
 * Checks the length of a list. A whole list may be absent (very old packages), but it never describes fewer or
 * more files than the package has.
 */
function sameLength<T>(list: T[], paths: string[], what: string): T[] {
  if (list.length === 0 || list.length === paths.length) return list
  throw new RpmReadError(`the header has ${paths.length} files, but ${list.length} times a file's ${what}`)
}
