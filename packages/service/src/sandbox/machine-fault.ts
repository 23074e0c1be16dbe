import { statfs } from 'node:fs/promises'
import os from 'node:os'
import { InfraError } from '../errors.ts'
import { mountFailed } from './confine.ts'
import type { RunResult } from './run-confined.ts'

const mebibyte = 1024 * 1024

/** With less free than this, any program fails. */
const fullBytes = 32 * mebibyte
const fullFiles = 256

/** With less free than this, a program's words about a full disk are believed: it may have removed what it had written. */
const lowBytes = 1024 * mebibyte
const lowFiles = 10_000

const noSpace = /No space left on device|Disk quota exceeded/

/** rpm and dnf look at the free space before they write anything. They print these lines, with the space in bytes. */
const refusedForSpace =
  /^\s*(?:installing package \S+ needs (\d+)([KMG]?)B (?:more space )?on the |installing package \S+ needs \d+ (?:more )?inodes on the |At least (\d+)([KMG]?)B more space needed on the )/m

/** Packages that need more are at fault themselves: a header can say anything. */
const neededBytesMax = 64 * 1024 * mebibyte

/**
 * Returns whether rpm or dnf has refused packages for which this machine should have space. Both print the space that is
 * missing. A scriptlet can print the same lines, but not where there is much space.
 */
export function asksForSpace(words: string, freeBytes: number): boolean {
  const match = refusedForSpace.exec(words)
  if (match === null) return false
  const [number = '0', unit = ''] = [match[1] ?? match[3], match[2] ?? match[4]]
  return freeBytes + Number(number) * 1024 ** ['', 'K', 'M', 'G'].indexOf(unit) <= neededBytesMax
}

/**
 * Returns the fault if a confined program most likely failed because a disk is full: then its input is not at fault.
 *
 * @param folder to which the program wrote
 * @param words the program's output, or its end
 */
export async function diskFault(folder: string, words: string): Promise<InfraError | undefined> {
  const { bavail, bsize, files, ffree } = await statfs(folder)
  // Some file systems do not count their files.
  const has = (bytes: number, number: number) => bavail * bsize >= bytes && (files === 0 || ffree >= number)
  const isFull = !has(fullBytes, fullFiles) || (noSpace.test(words) && !has(lowBytes, lowFiles))
  return isFull ? fullDisk(folder) : undefined
}

function fullDisk(folder: string): InfraError {
  return new InfraError('this machine', `the disk of ${folder} is full`)
}

/** Returns the fault if the build root of a confined program could not be mounted. */
export function mountFault({ code }: RunResult): InfraError | undefined {
  return code === mountFailed ? new InfraError('sandbox', 'a build root could not be mounted') : undefined
}

/**
 * Returns the fault if this machine most likely made a confined program fail that installs packages: a disk is full, or
 * the build root could not be mounted.
 */
export async function installFault(folder: string, result: RunResult): Promise<InfraError | undefined> {
  const words = result.stdout + result.stderr
  const { bavail, bsize } = await statfs(folder)
  if (asksForSpace(words, bavail * bsize)) return fullDisk(folder)
  return machineFault(folder, result)
}

/** As {@link installFault}, for a program that installs nothing. */
export async function machineFault(folder: string, result: RunResult): Promise<InfraError | undefined> {
  const words = result.stdout + result.stderr
  return mountFault(result) ?? (await diskFault(folder, words))
}

/** Whether a program took too long, or the kernel killed it because memory ran out. */
export function wasKilled({ code, timedOut, exceeded }: RunResult): boolean {
  return timedOut || (code === 128 + os.constants.signals.SIGKILL && exceeded === null)
}
