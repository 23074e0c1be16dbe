import { statfsSync } from 'node:fs'
import { execa } from 'execa'
import type { Limits } from './limits.ts'

/** What the file systems of some folders have left. */
export interface Room {
  bytes: number
  files: number
}

/** A look at the disk, and what follows from it for the next one. Times are those of `performance.now()`. */
export interface DiskLook {
  /** When it began. */
  room: Room
  bytesLeft: number
  filesLeft: number
  nextAt: number
  /** From then on the next one may come earlier. */
  urgentAt: number
}

/** Between two looks; longer where one takes long, for which all of the files are visited. */
const pauseMsMin = 2000
const pauseMsMax = 30_000
const pauseFactor = 20

/** The state from which a watch goes on, as if there had been a look just now that found nothing. */
export function firstLook(now: number, room: Room, limits: Limits): DiskLook {
  const { diskBytesMax: bytesLeft, filesMax: filesLeft } = limits
  return { room, bytesLeft, filesLeft, nextAt: now + pauseMsMin, urgentAt: now }
}

/** What follows from a look. */
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
 * Is it time for the next look? At once when the disk has lost more since the last one than was left to the program: it
 * need not have been this program, but it may.
 */
export function isLookDue(last: DiskLook, now: number, room: Room): boolean {
  if (now >= last.nextAt) return true
  const isLost =
    last.room.bytes - room.bytes > last.bytesLeft || last.room.files - room.files > last.filesLeft
  return isLost && now >= last.urgentAt
}

/** What is left where these folders are. */
export function roomOf(folders: readonly string[]): Room {
  const room = { bytes: 0, files: 0 }
  for (const folder of folders)
    try {
      const { bfree, bsize, ffree } = statfsSync(folder)
      room.bytes += bfree * bsize
      room.files += ffree
    } catch {
      // It is not there any more.
    }
  return room
}

/** How much the files in these folders take on the disk and how many they are, as far as it can be seen. */
export async function usedBelow(
  folders: readonly string[],
  { filesMax }: Limits,
  signal: AbortSignal,
): Promise<{ bytes: number; files: number }> {
  const [bytes, files] = await Promise.all([
    totalOf(['--block-size=1'], folders, signal),
    // That is a walk of its own.
    canHoldMore(folders, filesMax) ? totalOf(['--inodes'], folders, signal) : 0,
  ])
  return { bytes, files }
}

/** Are there more files than these where the folders are, whosever they are? Some file systems do not count. */
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
  // A build can close its folders to its own user, but not to the root of that user's namespace.
  const asRoot = process.getuid?.() === 0 ? [] : ['unshare', '--user', '--map-root-user', '--']
  const [program = '', ...args] = [
    ...asRoot,
    ...['du', '--summarize', ...options, '--one-file-system', '--', ...folders],
  ]
  const { stdout } = await execa(program, args, { reject: false, cancelSignal: signal })
  const sizes = stdout.split('\n').map((line) => Number.parseInt(line, 10) || 0)
  return sizes.reduce((sum, size) => sum + size, 0)
}
