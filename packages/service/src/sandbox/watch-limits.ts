import { setTimeout } from 'node:timers/promises'
import { firstLook, isLookDue, lookedAt, roomOf, usedBelow } from './disk-use.ts'
import { exceeded, type Limits } from './limits.ts'
import { namelessFilesOf, useOf } from './processes.ts'

/** A look takes some milliseconds of processor time. */
const lookIntervalMs = 500

/**
 * Watches a confined program from outside, because a cgroup that the service may write to is not always available.
 *
 * @param folders on disk that it may write to
 * @param onExceeded is called at most once, with the second half of a sentence
 * @returns a function that ends the watch
 */
export function watchLimits(
  pid: number,
  limits: Limits,
  folders: readonly string[],
  onExceeded: (what: string) => void,
): () => void {
  const ending = new AbortController()
  const { signal } = ending
  const tell = (what: string) => {
    if (signal.aborted) return
    ending.abort()
    onExceeded(what)
  }
  const isToLook = async () => {
    await setTimeout(lookIntervalMs, undefined, { signal }).catch(() => undefined)
    return !signal.aborted
  }

  async function watchProcesses(): Promise<void> {
    while (await isToLook()) {
      const { memoryBytes, processes, tooManyOpenFiles } = await useOf(pid, limits.memoryBytesMax)
      if (memoryBytes > limits.memoryBytesMax) tell(exceeded.memory(limits))
      else if (processes > limits.processesMax) tell(exceeded.processes(limits))
      else if (tooManyOpenFiles) tell(exceeded.openFiles())
    }
  }

  async function watchDisk(): Promise<void> {
    let last = firstLook(performance.now(), roomOf(folders), limits)
    while (await isToLook()) {
      const began = performance.now()
      const room = roomOf(folders)
      if (!isLookDue(last, began, room)) continue
      const used = await usedBelow(folders, limits, signal)
      const nameless = await namelessFilesOf(pid)
      for (const { bytes } of nameless ?? []) used.bytes += bytes
      if (nameless === undefined) tell(exceeded.openFiles())
      else if (used.bytes > limits.diskBytesMax) tell(exceeded.disk(limits))
      else if (used.files > limits.filesMax) tell(exceeded.files(limits))
      last = lookedAt({ began, ended: performance.now() }, room, used, limits)
    }
  }

  void watchProcesses()
  if (folders.length > 0) void watchDisk()
  return () => ending.abort()
}
