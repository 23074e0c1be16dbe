import { closeSync, openSync, readdirSync, readSync, statfsSync, statSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'

/** A file that has no name any more, or never had one (memfd), and goes on to take its space while it is open. */
export interface NamelessFile {
  bytes: number
  device: number
  inode: number
  /** A file of tmpfs, or a memfd. */
  inMemory: boolean
}

/** So many descriptors a build may have, in all its processes; looking at more would take too long. */
export const openFilesMax = 200_000

/** After so many others get their turn: a look takes some microseconds for each. */
const openFilesAtOnce = 500

/** Of the list of what one process has mapped, in which each line may be as long as a path. */
const mapsBytesMax = 16 * 1024 * 1024
const mapsBytesForOne = 10_000

/** The type of a file system in memory (statfs(2): TMPFS_MAGIC). */
export const tmpfsMagic = 0x01021994

/**
 * The files without a name that these processes hold open, run, or have mapped (what is mapped only root can find out);
 * each once.
 *
 * @param folders those of processes or threads in /proc
 * @param countMax no more descriptors are looked at
 * @returns undefined when there are more descriptors than that
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
    // They take time too, though not as much as descriptors.
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
  // Memory that is shared without a file, and segments that are attached, are counted otherwise.
  for (const [, from, to] of maps.matchAll(
    /^0*([0-9a-f]+)-0*([0-9a-f]+) \S+ \S+ \S+ \d+ +\/(?!dev\/zero |SYSV).* \(deleted\)$/gm,
  ))
    yield `map_files/${from}-${to}`
}

/** What a process has mapped, or undefined when that is more than can be read. */
function mapsOf(folder: string): string | undefined {
  // Nobody else may follow what is found.
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
    // Unlike readlink, this takes no time for what is usual: pipes, and files with a name.
    const { nlink, dev: device, ino: inode, blocks } = statSync(open)
    if (nlink !== 0) return undefined
    return { device, inode, bytes: blocks * 512, inMemory: statfsSync(open).type === tmpfsMagic }
  })
}

/** What ends meanwhile, or does not let itself be looked at, is nothing. */
function attempt<T>(look: () => T): T | undefined {
  try {
    return look()
  } catch {
    return undefined
  }
}
