import { statfsSync } from 'node:fs'
import { execa } from 'execa'
import type { Limits } from './limits.ts'
import { withoutSecrets } from '../environment.ts'

/** Free space and free inodes of the file systems of some folders. */
export interface Room {
  bytes: number
  files: number
}

/** A look at the disk, and the time of the next one. Times are those of `performance.now()`. */
export interface DiskLook {
  /** When the look began. */
  room: Room
  bytesLeft: number
  filesLeft: number
  nextAt: number
  /** After this time an urgent look may come before `nextAt`. */
  urgentAt: number
}

/** Pause between two looks. It is longer if a look takes long, because a look visits all files. */
const pauseMsMin = 2000
const pauseMsMax = 30_000
const pauseFactor = 20

/** Returns the state at the start of a watch, as if a look had just found no files. */
export function firstLook(now: number, room: Room, limits: Limits): DiskLook {
  const { diskBytesMax: bytesLeft, filesMax: filesLeft } = limits
  return { room, bytesLeft, filesLeft, nextAt: now + pauseMsMin, urgentAt: now }
}

/** Returns the state after a look. */
export function lookedAt(
  { began, ended }: { began: number; ended: number },
  room: Room,
  used: { bytes: number; files: number },
  limits: Limits,
): DiskLook {
  const took = ended - began
  return {
    room,
    bytesLeft: limits.diskBytesMax - used.bytes,
    filesLeft: limits.filesMax - used.files,
    nextAt: ended + Math.min(pauseMsMax, Math.max(pauseMsMin, pauseFactor * took)),
    urgentAt: ended + took,
  }
}

/**
 * Whether the next look is due. It is due early when the disk has lost more since the last look than the program may
 * still use: the cause may be this program or another one.
 */
export function isLookDue(last: DiskLook, now: number, room: Room): boolean {
  if (now >= last.nextAt) return true
  const isLost =
    last.room.bytes - room.bytes > last.bytesLeft || last.room.files - room.files > last.filesLeft
  return isLost && now >= last.urgentAt
}

/** Returns the free space and inodes where these folders are. */
export function roomOf(folders: readonly string[]): Room {
  const room = { bytes: 0, files: 0 }
  for (const folder of folders)
    try {
      const { bfree, bsize, ffree } = statfsSync(folder)
      room.bytes += bfree * bsize
      room.files += ffree
    } catch {
      // The folder no longer exists.
    }
  return room
}

/** Measures the disk space and the number of files in these folders, as far as they can be read. */
export async function usedBelow(
  folders: readonly string[],
  { filesMax }: Limits,
  signal: AbortSignal,
): Promise<{ bytes: number; files: number }> {
  const [bytes, files] = await Promise.all([
    totalOf(['--block-size=1'], folders, signal),
    // Counting files needs a second walk of du.
    canHoldMore(folders, filesMax) ? totalOf(['--inodes'], folders, signal) : 0,
  ])
  return { bytes, files }
}

/**
 * Whether the file systems of the folders hold more than this number of files, of any owner. Some file systems do not
 * count their files.
 */
function canHoldMore(folders: readonly string[], filesMax: number): boolean {
  return folders.some((folder) => {
    try {
      const { files, ffree } = statfsSync(folder)
      return files === 0 || files - ffree > filesMax
    } catch {
      return false
    }
  })
}

async function totalOf(
  options: readonly string[],
  folders: readonly string[],
  signal: AbortSignal,
): Promise<number> {
  // A build can close its folders to its own user, but not to root in that user's namespace.
  const asRoot = process.getuid?.() === 0 ? [] : ['unshare', '--user', '--map-root-user', '--']
  const [program = '', ...args] = [
    ...asRoot,
    ...['du', '--summarize', ...options, '--one-file-system', '--', ...folders],
  ]
  const { stdout } = await execa(program, args, { reject: false, cancelSignal: signal, ...withoutSecrets() })
  const sizes = stdout.split('\n').map((line) => Number.parseInt(line, 10) || 0)
  return sizes.reduce((sum, size) => sum + size, 0)
}
