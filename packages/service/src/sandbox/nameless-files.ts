import { closeSync, openSync, readdirSync, readSync, statfsSync, statSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'

/** A file without a name: a deleted file, or one that never had a name (memfd). It uses space while it is open. */
export interface NamelessFile {
  bytes: number
  device: number
  inode: number
  /** A file of tmpfs, or a memfd. */
  inMemory: boolean
}

/** Maximum number of descriptors of all processes of a build. Looking at more of them would take too long. */
export const openFilesMax = 200_000

/** After this number of descriptors, other work gets its turn: a look takes some microseconds for each. */
const openFilesAtOnce = 500

/** Limit for the list of one process's mappings. Each of its lines may be as long as a path. */
const mapsBytesMax = 16 * 1024 * 1024
const mapsBytesForOne = 10_000

/** The type of a file system in memory (statfs(2): TMPFS_MAGIC). */
export const tmpfsMagic = 0x01021994

/**
 * Returns the nameless files that these processes hold open, run, or have mapped, each once. Only root can see mapped
 * files.
 *
 * @param folders of processes or threads in /proc
 * @param countMax maximum number of descriptors to look at
 * @returns undefined when there are more descriptors
 */
export async function namelessFiles(
  folders: readonly string[],
  countMax = openFilesMax,
): Promise<NamelessFile[] | undefined> {
  const found = new Map<string, NamelessFile>()
  let count = 0
  for (const folder of folders) {
    const maps = mapsOf(folder)
    if (maps === undefined) return undefined
    // Reading mappings takes time too, but less than looking at descriptors.
    count += Math.ceil(maps.length / mapsBytesForOne)
    for (const name of openNames(folder, maps)) {
      if (++count > countMax) return undefined
      if (count % openFilesAtOnce === 0) await setImmediate()
      const file = namelessFile(`${folder}/${name}`)
      if (file !== undefined) found.set(`${file.device}:${file.inode}`, file)
    }
  }
  return [...found.values()]
}

function* openNames(folder: string, maps: string): Generator<string> {
  for (const descriptor of attempt(() => readdirSync(`${folder}/fd`)) ?? []) yield `fd/${descriptor}`
  yield 'exe'
  // Shared anonymous memory and attached segments are counted elsewhere.
  for (const [, from, to] of maps.matchAll(
    /^0*([0-9a-f]+)-0*([0-9a-f]+) \S+ \S+ \S+ \d+ +\/(?!dev\/zero |SYSV).* \(deleted\)$/gm,
  ))
    yield `map_files/${from}-${to}`
}

/** Returns the mappings of a process, or undefined when the list is too long to read. */
function mapsOf(folder: string): string | undefined {
  // Only root may follow the links in map_files.
  if (process.getuid?.() !== 0) return ''
  const descriptor = attempt(() => openSync(`${folder}/maps`, 'r'))
  if (descriptor === undefined) return ''
  try {
    const parts: string[] = []
    const buffer = Buffer.alloc(64 * 1024)
    for (let bytes = 0; bytes <= mapsBytesMax;) {
      const read = attempt(() => readSync(descriptor, buffer)) ?? 0
      if (read === 0) return parts.join('')
      bytes += read
      parts.push(buffer.toString('latin1', 0, read))
    }
    return undefined
  } finally {
    closeSync(descriptor)
  }
}

function namelessFile(open: string): NamelessFile | undefined {
  return attempt(() => {
    // Unlike readlink, stat is fast for the usual descriptors: pipes, and files with a name.
    const { nlink, dev: device, ino: inode, blocks } = statSync(open)
    if (nlink !== 0) return undefined
    return { device, inode, bytes: blocks * 512, inMemory: statfsSync(open).type === tmpfsMagic }
  })
}

/** Returns undefined when a look fails, because the process has ended or its files cannot be read. */
function attempt<T>(look: () => T): T | undefined {
  try {
    return look()
  } catch {
    return undefined
  }
}
