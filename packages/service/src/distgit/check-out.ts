import { readlink } from 'node:fs/promises'
import { UserError } from '../errors.ts'
import { streamGit, unpackCommit, type GitOptions } from './git.ts'

/** Bounds of a commit that is unpacked: a few kilobytes of git objects can stand for any number of files. */
const limits = {
  entries: 20_000,
  bytes: 2 * 1024 ** 3,
  nameBytes: 255,
  pathBytes: 1024,
}

/** An entry of a tree: bytes as characters, because git knows no encoding of names. */
interface Entry {
  mode: string
  size: number
  path: string
}

/**
 * Puts the files of a commit into a folder. Whoever may commit may make any tree, with git's plumbing also such as git
 * itself would not: the tree is looked at first, and nothing of a wrong one is written.
 *
 * @param place what the commit is of, for messages: its repository's URL
 * @throws UserError (422) that names what is wrong with the tree
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
      refuse(`has the link ${named(link)}, which leads out of it; make it one to a file beside it`)
  }
}

/** Looks at all of a tree. Gives its symbolic links. */
async function readTree(
  commit: string,
  options: GitOptions,
  refuse: (what: string) => never,
): Promise<string[]> {
  const seen = new Set<string>()
  const links: string[] = []
  let bytes = 0
  let rest = ''
  // Folders too (-t): a tree of empty ones could be as large.
  await streamGit(['ls-tree', '-r', '-t', '-z', '--long', '--full-tree', commit], options, (chunk) => {
    const lines = `${rest}${chunk.toString('latin1')}`.split('\0')
    rest = lines.pop() ?? ''
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

/** `MODE TYPE OBJECT SIZE<tab>PATH`; what has no size says `-`. */
function parse(line: string): Entry {
  const tab = line.indexOf('\t')
  const [mode = '', , , size = ''] = line.slice(0, tab).split(/ +/)
  return { mode, size: Number(size) || 0, path: line.slice(tab + 1) }
}

function faultOf({ mode, path: text }: Entry): string | undefined {
  if (mode === '160000')
    return `has the submodule ${named(text)}, which nobody fetches; put its files into an archive of the lookaside`
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
      return `has the path ${named(text)}, which no file can have; give it a plain name`
  }
  return undefined
}

/**
 * Would whoever follows it leave the tree? Folders of a tree are no links, so the way up from one is known; behind a
 * name, which may be a link to a folder elsewhere, it is not.
 */
function leadsOut(link: string, target: string): boolean {
  const parts = target.split('/').filter((part) => part !== '.' && part !== '')
  const up = parts.findIndex((part) => part !== '..')
  const ups = up === -1 ? parts.length : up
  return target.startsWith('/') || ups > link.split('/').length - 1 || parts.slice(ups).includes('..')
}

/** Fit to be told, on one line. */
function named(text: string): string {
  const plain = Buffer.from(text.slice(0, 100), 'latin1')
    .toString()
    .replaceAll(/[\0-\x1f\x7f]/g, '\ufffd')
  return `"${plain}${text.length > 100 ? '…' : ''}"`
}
