import { statfs } from 'node:fs/promises'
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

/** rpm and dnf look at the free space before they write anything. */
const refusedForSpace =
  /needs \d+[KMG]?B (?:more space )?on the |needs \d+ (?:more )?inodes on the |more space needed on the /

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
 * Returns the fault if this machine most likely made a confined program of rpm or dnf fail: a disk is full, or the build
 * root could not be mounted.
 */
export async function machineFault(folder: string, result: RunResult): Promise<InfraError | undefined> {
  const words = result.stdout + result.stderr
  if (refusedForSpace.test(words)) return fullDisk(folder)
  return mountFault(result) ?? (await diskFault(folder, words))
}

/**
 * The same for a program whose duration and end do not depend on what a stranger has written. Such a program fails also
 * if the machine is too slow, or has killed it.
 */
export async function machineFaultOfTool(folder: string, result: RunResult): Promise<InfraError | undefined> {
  const { code, timedOut, exceeded } = result
  if (timedOut) return new InfraError('this machine', 'a program of the service took too long')
  if (code > 128 && exceeded === null)
    return new InfraError('this machine', `a program of the service was killed (${code})`)
  return machineFault(folder, result)
}
