import { readdirSync, readFileSync, statfsSync, statSync } from 'node:fs'
import { execa } from 'execa'
import { namelessFiles, tmpfsMagic, type NamelessFile } from './nameless-files.ts'

/** What a program uses now, with all that it has started. */
export interface Use {
  memoryBytes: number
  /** Threads of all processes. */
  processes: number
  /** It holds more files open than can be looked at. */
  tooManyOpenFiles: boolean
}

interface Process {
  pid: number
  parent: number
}

/** A process of the watched program, by its folder in /proc. */
interface Watched extends Process {
  folder: string
  status: string
}

/**
 * What a process and its descendants use now. Of what has a sandbox of its own nobody gets away: orphans become children
 * of the sandbox's first process.
 *
 * @param memoryBytesMax only where more than this is possible, what takes time is looked at: memory in files without a
 *   name, and in segments that nobody is attached to, and how much of their memory processes share
 */
export async function useOf(leader: number, memoryBytesMax: number): Promise<Use> {
  const watched = watchedProcesses(leader)
  let processes = 0
  let own = 0
  for (const { status } of watched) {
    processes += numberAfter(status, 'Threads')
    own += 1024 * (numberAfter(status, 'RssAnon') + numberAfter(status, 'RssShmem'))
  }
  const first = watched.find(({ status }) => /^NSpid:.*\t1$/m.test(status))
  const mounted = first === undefined ? new Map<number, number>() : filesInMemory(first)
  const files = sum(mounted.values())
  const quick = { processes, memoryBytes: own + files, tooManyOpenFiles: false }
  // What is nobody's memory by itself is among what the whole machine has of its kind.
  if (own + Math.max(files, sharedMemoryOfMachine()) <= memoryBytesMax) return quick
  const nameless = await namelessFiles(watched.map(({ folder }) => folder))
  if (nameless === undefined) return { ...quick, tooManyOpenFiles: true }
  const inMemory = nameless.filter((file) => file.inMemory && !mounted.has(file.device))
  // What of these is mapped too is counted twice.
  const shared = files + sum(inMemory.map(({ bytes }) => bytes)) + (await segments(first))
  if (own + shared <= memoryBytesMax) return { ...quick, memoryBytes: own + shared }
  // Processes that were forked share what none of them has changed.
  const shares = watched.map(({ folder }) => {
    const rollup = readProc(folder, 'smaps_rollup')
    return 1024 * (numberAfter(rollup, 'Pss_Anon') + numberAfter(rollup, 'Pss_Shmem'))
  })
  return { ...quick, memoryBytes: sum(shares) + shared }
}

/**
 * The files on the disk that a process and its descendants have open and nobody finds by a name.
 *
 * @returns undefined when too many files are open
 */
export async function namelessFilesOf(leader: number): Promise<NamelessFile[] | undefined> {
  const found = await namelessFiles(watchedProcesses(leader).map(({ folder }) => folder))
  return found?.filter(({ inMemory }) => !inMemory)
}

/** Parents before their children. */
function watchedProcesses(leader: number): Watched[] {
  const children = Map.groupBy(allProcesses(), ({ parent }) => parent)
  const found: Process[] = [{ pid: leader, parent: process.pid }]
  // Grows while it is walked.
  for (const { pid } of found) found.push(...(children.get(pid) ?? []))
  return found.map((one) => ({ ...one, ...livingThread(`/proc/${one.pid}`) }))
}

/** A process whose first thread has ended shows nothing of itself there; its other threads do. */
function livingThread(folder: string): { folder: string; status: string } {
  const status = readProc(folder, 'status')
  if (!/^State:\tZ/m.test(status) || numberAfter(status, 'Threads') < 2) return { folder, status }
  for (const thread of foldersIn(`${folder}/task`)) {
    const threadStatus = readProc(`${folder}/task/${thread}`, 'status')
    if (/^State:\t[^ZX]/m.test(threadStatus))
      return { folder: `${folder}/task/${thread}`, status: threadStatus }
  }
  return { folder, status }
}

function allProcesses(): Process[] {
  return foldersIn('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const stat = readProc(`/proc/${name}`, 'stat')
      // The name in parentheses may hold anything; the state and the parent stand behind it.
      const parent = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]
      return parent === undefined ? [] : [{ pid: Number(name), parent: Number(parent) }]
    })
}

/** What the file systems in memory hold that a process sees, by their devices. */
function filesInMemory({ folder }: Watched): Map<number, number> {
  const mounts = readProc(folder, 'mountinfo').matchAll(/^\d+ \d+ \S+ \S+ (\S+) .*- tmpfs /gm)
  const bytes = new Map<number, number>()
  for (const [, place = ''] of mounts)
    try {
      const { type, blocks, bfree, bsize } = statfsSync(`${folder}/root${place}`)
      // Another one may be mounted over it; and one may be mounted at several places.
      if (type === tmpfsMagic) bytes.set(statSync(`${folder}/root${place}`).dev, (blocks - bfree) * bsize)
    } catch {
      // It has ended, or does not let itself be looked at.
    }
  return bytes
}

/** All tmpfs, memfds and segments of this machine, and what is swapped out. */
function sharedMemoryOfMachine(): number {
  const memory = readProc('/proc', 'meminfo')
  const swapped = numberAfter(memory, 'SwapTotal') - numberAfter(memory, 'SwapFree')
  return 1024 * (numberAfter(memory, 'Shmem') + swapped)
}

/**
 * What System V segments take in the sandbox of its first process. The kernel shows them to processes of the same
 * namespace only, and one may enter that from the namespace of users that the sandbox was made in.
 */
async function segments(first: Watched | undefined): Promise<number> {
  if (first === undefined) return 0
  const asOwner =
    process.getuid?.() === 0 ? [] : [`--user=/proc/${first.parent}/ns/user`, '--preserve-credentials']
  const enter = [...asOwner, `--ipc=/proc/${first.pid}/ns/ipc`, '--', 'cat', '/proc/sysvipc/shm']
  const { stdout } = await execa('nsenter', enter, { reject: false })
  const [names = [], ...rows] = stdout.split('\n').map((line) => line.trim().split(/\s+/))
  const [resident, swapped] = [names.indexOf('rss'), names.indexOf('swap')]
  return sum(rows.map((row) => Number(row[resident] ?? 0) + Number(row[swapped] ?? 0)))
}

function sum(numbers: Iterable<number>): number {
  let total = 0
  for (const number of numbers) total += number
  return total
}

/** Empty for a process that has ended. */
function foldersIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

/** Empty for a process that has ended. */
function readProc(folder: string, name: string): string {
  try {
    return readFileSync(`${folder}/${name}`, 'utf8')
  } catch {
    return ''
  }
}

function numberAfter(text: string, key: string): number {
  return Number(new RegExp(`^${key}:\\s*(\\d+)`, 'm').exec(text)?.[1] ?? 0)
}
