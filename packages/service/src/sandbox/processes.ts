import { readdirSync, readFileSync, statfsSync } from 'node:fs'

/** What a program uses now, with all that it has started. */
export interface Use {
  memoryBytes: number
  /** Threads of all processes. */
  processes: number
}

interface Process {
  pid: number
  parent: number
}

/**
 * What a process and its descendants use now. Of what has a sandbox of its own nobody gets away: orphans become children
 * of the sandbox's first process.
 *
 * @param memoryBytesMax with more than this, memory that processes share is looked at closely and counted once
 */
export function useOf(leader: number, memoryBytesMax: number): Use {
  const pids = descendants(leader)
  let processes = 0
  let own = 0
  let first: number | undefined
  for (const pid of pids) {
    const status = readProc(pid, 'status')
    processes += numberAfter(status, 'Threads')
    own += 1024 * (numberAfter(status, 'RssAnon') + numberAfter(status, 'RssShmem'))
    if (/^NSpid:.*\t1$/m.test(status)) first = pid
  }
  const files = first === undefined ? 0 : filesInMemory(first)
  if (own + files <= memoryBytesMax) return { processes, memoryBytes: own + files }
  // Processes that were forked share what none of them has changed.
  const shares = pids.map((pid) => {
    const rollup = readProc(pid, 'smaps_rollup')
    return 1024 * (numberAfter(rollup, 'Pss_Anon') + numberAfter(rollup, 'Pss_Shmem'))
  })
  return { processes, memoryBytes: shares.reduce((sum, bytes) => sum + bytes, 0) + files }
}

function descendants(leader: number): number[] {
  const children = Map.groupBy(allProcesses(), ({ parent }) => parent)
  const found = [leader]
  // Grows while it is walked.
  for (const pid of found) found.push(...(children.get(pid) ?? []).map((child) => child.pid))
  return found
}

function allProcesses(): Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const stat = readProc(Number(name), 'stat')
      // The name in parentheses may hold anything; the state and the parent stand behind it.
      const parent = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]
      return parent === undefined ? [] : [{ pid: Number(name), parent: Number(parent) }]
    })
}

/** The type of a file system in memory (statfs(2): TMPFS_MAGIC). */
const tmpfsMagic = 0x01021994

/** What the file systems in memory hold that a process sees. */
function filesInMemory(pid: number): number {
  const mounts = readProc(pid, 'mountinfo').matchAll(/^\d+ \d+ (\S+) \S+ (\S+) .*- tmpfs /gm)
  // One may be mounted at several places.
  const places = new Map([...mounts].map(([, device, place = '']) => [device, place]))
  let bytes = 0
  for (const place of places.values())
    try {
      const { type, blocks, bfree, bsize } = statfsSync(`/proc/${pid}/root${place}`)
      // Another one may be mounted over it.
      if (type === tmpfsMagic) bytes += (blocks - bfree) * bsize
    } catch {
      // It has ended, or does not let itself be looked at.
    }
  return bytes
}

/** Empty for a process that has ended. */
function readProc(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8')
  } catch {
    return ''
  }
}

function numberAfter(text: string, key: string): number {
  return Number(new RegExp(`^${key}:\\s*(\\d+)`, 'm').exec(text)?.[1] ?? 0)
}
