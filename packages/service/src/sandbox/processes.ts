import { readdirSync, readFileSync, statfsSync, statSync } from 'node:fs'
import { execa } from 'execa'
import { namelessFiles, tmpfsMagic, type NamelessFile } from './nameless-files.ts'
import { withoutSecrets } from '../environment.ts'

/** The resources that a program and all its child processes use now. */
export interface Use {
  memoryBytes: number
  /** Threads of all processes. */
  processes: number
  /** The program has more files open than a look can visit. */
  tooManyOpenFiles: boolean
}

interface Process {
  pid: number
  parent: number
}

/** A process of the watched program, and its folder in /proc. */
interface Watched extends Process {
  folder: string
  status: string
}

/**
 * Measures the resources that a process and its descendants use now. No process can escape from a sandbox with its own
 * PID namespace: orphans become children of the sandbox's first process.
 *
 * @param memoryBytesMax only if more than this is possible does the function measure the slow parts: nameless files in
 * memory, System V segments, and memory that processes share
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
  // Memory that belongs to no single process is part of the machine's total of its kind.
  if (own + Math.max(files, sharedMemoryOfMachine()) <= memoryBytesMax) return quick
  const nameless = await namelessFiles(watched.map(({ folder }) => folder))
  if (nameless === undefined) return { ...quick, tooManyOpenFiles: true }
  const inMemory = nameless.filter((file) => file.inMemory && !mounted.has(file.device))
  // Mapped parts of these files are counted twice.
  const shared = files + sum(inMemory.map(({ bytes }) => bytes)) + (await segments(first))
  if (own + shared <= memoryBytesMax) return { ...quick, memoryBytes: own + shared }
  // Forked processes share all memory that none of them has changed.
  const shares = watched.map(({ folder }) => {
    const rollup = readProc(folder, 'smaps_rollup')
    return 1024 * (numberAfter(rollup, 'Pss_Anon') + numberAfter(rollup, 'Pss_Shmem'))
  })
  return { ...quick, memoryBytes: sum(shares) + shared }
}

/**
 * Returns the nameless files on disk that a process and its descendants have open.
 *
 * @returns undefined when too many files are open
 */
export async function namelessFilesOf(leader: number): Promise<NamelessFile[] | undefined> {
  const found = await namelessFiles(watchedProcesses(leader).map(({ folder }) => folder))
  return found?.filter(({ inMemory }) => !inMemory)
}

/** Returns the processes, parents before their children. */
function watchedProcesses(leader: number): Watched[] {
  const children = Map.groupBy(allProcesses(), ({ parent }) => parent)
  const found: Process[] = [{ pid: leader, parent: process.pid }]
  // The list grows during the loop.
  for (const { pid } of found) found.push(...(children.get(pid) ?? []))
  return found.map((one) => ({ ...one, ...livingThread(`/proc/${one.pid}`) }))
}

/**
 * Returns the folder of a living thread. In the folder of a process whose first thread has ended, the kernel shows no
 * data; in those of its other threads it does.
 */
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
      // The name in parentheses may contain any character; state and parent follow it.
      const parent = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]
      return parent === undefined ? [] : [{ pid: Number(name), parent: Number(parent) }]
    })
}

/** Returns the bytes in each in-memory file system that a process sees, by device. */
function filesInMemory({ folder }: Watched): Map<number, number> {
  const mounts = readProc(folder, 'mountinfo').matchAll(/^\d+ \d+ \S+ \S+ (\S+) .*- tmpfs /gm)
  const bytes = new Map<number, number>()
  for (const [, place = ''] of mounts)
    try {
      const { type, blocks, bfree, bsize } = statfsSync(`${folder}/root${place}`)
      // Another file system may be mounted over it, and one file system may be mounted at several places.
      if (type === tmpfsMagic) bytes.set(statSync(`${folder}/root${place}`).dev, (blocks - bfree) * bsize)
    } catch {
      // The process has ended, or its files cannot be read.
    }
  return bytes
}

/** Returns the size of all tmpfs, memfds and segments of this machine, plus all swapped memory. */
function sharedMemoryOfMachine(): number {
  const memory = readProc('/proc', 'meminfo')
  const swapped = numberAfter(memory, 'SwapTotal') - numberAfter(memory, 'SwapFree')
  return 1024 * (numberAfter(memory, 'Shmem') + swapped)
}

/**
 * Returns the size of the System V segments in a sandbox. The kernel shows them only to processes of the same IPC
 * namespace. Entering it is allowed from the user namespace that made the sandbox.
 */
async function segments(first: Watched | undefined): Promise<number> {
  if (first === undefined) return 0
  const asOwner =
    process.getuid?.() === 0 ? [] : [`--user=/proc/${first.parent}/ns/user`, '--preserve-credentials']
  const enter = [...asOwner, `--ipc=/proc/${first.pid}/ns/ipc`, '--', 'cat', '/proc/sysvipc/shm']
  const { stdout } = await execa('nsenter', enter, { reject: false, ...withoutSecrets() })
  const [names = [], ...rows] = stdout.split('\n').map((line) => line.trim().split(/\s+/))
  const [resident, swapped] = [names.indexOf('rss'), names.indexOf('swap')]
  return sum(rows.map((row) => Number(row[resident] ?? 0) + Number(row[swapped] ?? 0)))
}

function sum(numbers: Iterable<number>): number {
  let total = 0
  for (const number of numbers) total += number
  return total
}

/** Lists a folder of /proc. Empty for a process that has ended. */
function foldersIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

/** Reads a file of /proc. Empty for a process that has ended. */
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
