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

/** rpm and dnf look at the free space before they write anything. They print these lines, with what is missing. */
const refusedForSpace =
  /^[ \t]{0,8}(?:installing package \S{1,1000} needs (\d{1,15})([KMG]?)B (?:more space )?on the |installing package \S{1,1000} needs (\d{1,15}) (?:more )?inodes on the |At least (\d{1,15})([KMG]?)B more space needed on the )/m

/** Both print these lines last. */
const endLength = 64 * 1024

/** Packages that need more are at fault themselves: a header can say anything. */
const needed = { bytesMax: 16 * 1024 * mebibyte, filesMax: 2_000_000 }

/**
 * Returns whether rpm or dnf has refused packages for which this machine should have space. A scriptlet can print the
 * same lines; where there is much space they are not believed.
 */
export function asksForSpace(words: string, free: { bytes: number; files: number }): boolean {
  const match = refusedForSpace.exec(words.slice(-endLength))
  if (match === null) return false
  const [, bytes, unit, files, bytesOfDnf, unitOfDnf] = match
  if (files !== undefined) return free.files + Number(files) <= needed.filesMax
  const factor = 1024 ** ['', 'K', 'M', 'G'].indexOf(unit ?? unitOfDnf ?? '')
  return free.bytes + Number(bytes ?? bytesOfDnf) * factor <= needed.bytesMax
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
  const { bavail, bsize, ffree } = await statfs(folder)
  // rpm prints to both outputs.
  if (
    [result.stdout, result.stderr].some((text) => asksForSpace(text, { bytes: bavail * bsize, files: ffree }))
  )
    return fullDisk(folder)
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
