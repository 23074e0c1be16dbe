import { readlink } from 'node:fs/promises'
import { UserError } from '../errors.ts'
import { streamGit, unpackCommit, type GitOptions } from './git.ts'

/** Limits of a commit that is unpacked: a few kilobytes of git objects can represent any number of files. */
const limits = {
  entries: 20_000,
  bytes: 2 * 1024 ** 3,
  nameBytes: 255,
  pathBytes: 1024,
}

/** An entry of a tree. Its path has one character per byte, because git knows no encoding of names. */
interface Entry {
  mode: string
  size: number
  path: string
}

/**
 * Writes the files of a commit into a folder. An author of commits can make any tree; git's plumbing can even make
 * trees that git itself would not. This function therefore checks the tree first, and writes no part of a wrong one.
 *
 * @param place the commit's origin, for messages: its repository's URL
 * @throws UserError (422) that names the fault of the tree
 */
export async function checkOutTree(
  commit: string,
  folder: string,
  place: string,
  options: GitOptions & { gitDir: string },
): Promise<void> {
  const refuse = (what: string): never => {
    throw new UserError(422, `${place}: its commit ${commit} ${what}`)
  }
  const links = await readTree(commit, options, refuse)
  await unpackCommit(commit, folder, options)
  for (const link of links) {
    const target = await readlink(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(link, 'latin1')]))
    if (leadsOut(link, target))
      refuse(`has the link ${named(link)}, which leads out of the repository; link to a file beside it`)
  }
}

/** Checks a whole tree. Returns its symbolic links. */
async function readTree(
  commit: string,
  options: GitOptions,
  refuse: (what: string) => never,
): Promise<string[]> {
  const seen = new Set<string>()
  const links: string[] = []
  let bytes = 0
  let rest = ''
  // Includes folders (-t): a tree of empty folders could be as large.
  await streamGit(['ls-tree', '-r', '-t', '-z', '--long', '--full-tree', commit], options, (chunk) => {
    const lines = `${rest}${chunk.toString('latin1')}`.split('\0')
    rest = lines.pop() ?? ''
    // A line has a path and less than 100 other characters. A longer one would be searched again for each chunk.
    if (rest.length > limits.pathBytes + 1000) lines.push(rest)
    for (const line of lines) {
      const entry = parse(line)
      const fault = faultOf(entry)
      if (fault !== undefined) refuse(fault)
      if (seen.has(entry.path)) refuse(`has two entries of the name ${named(entry.path)}`)
      seen.add(entry.path)
      bytes += entry.size
      if (entry.mode === '120000') links.push(entry.path)
      if (seen.size > limits.entries)
        refuse(`has more than ${limits.entries} files; put them into an archive of the lookaside`)
      if (bytes > limits.bytes)
        refuse(
          `has more than ${limits.bytes / 1024 ** 3} GiB of files; put them into an archive of the lookaside`,
        )
    }
  })
  return links
}

/** Reads `MODE TYPE OBJECT SIZE<tab>PATH`; an entry without a size has `-`. */
function parse(line: string): Entry {
  const tab = line.indexOf('\t')
  const [mode = '', , , size = ''] = line.slice(0, tab).split(/ +/)
  return { mode, size: Number(size) || 0, path: line.slice(tab + 1) }
}

function faultOf({ mode, path: text }: Entry): string | undefined {
  if (mode === '160000')
    return `has the submodule ${named(text)}, which the service does not fetch; put its files into an archive of the lookaside`
  if (text.length > limits.pathBytes)
    return `has a path of more than ${limits.pathBytes} bytes: ${named(text)}`
  for (const name of text.split('/')) {
    if (name.length > limits.nameBytes)
      return `has a name of more than ${limits.nameBytes} bytes: ${named(name)}`
    if (
      name === '' ||
      name === '.' ||
      name === '..' ||
      name.toLowerCase() === '.git' ||
      /[\0-\x1f\x7f]/.test(name)
    )
      return `has the path ${named(text)}, which is not a valid file name; rename the file`
  }
  return undefined
}

/**
 * Returns whether the link leads out of the tree. Folders of a tree are no links, so a `..` at the beginning has a
 * known target. A `..` after a name has none, because the name may be a link to a folder elsewhere.
 */
function leadsOut(link: string, target: string): boolean {
  const parts = target.split('/').filter((part) => part !== '.' && part !== '')
  const up = parts.findIndex((part) => part !== '..')
  const ups = up === -1 ? parts.length : up
  return target.startsWith('/') || ups > link.split('/').length - 1 || parts.slice(ups).includes('..')
}

/** Returns a name in a form that fits a message: on one line. */
function named(text: string): string {
  const plain = Buffer.from(text.slice(0, 100), 'latin1')
    .toString()
    .replaceAll(/[\0-\x1f\x7f]/g, '\ufffd')
  return `"${plain}${text.length > 100 ? '…' : ''}"`
}
