import { execa } from 'execa'
import { exceeded, type Limits } from './limits.ts'
import { useOf } from './processes.ts'

/** A look takes some milliseconds of the processor. */
const lookIntervalMs = 500

/** Between two looks at the disk; much longer where one takes long. */
const diskPauseMsMin = 2000
const diskPauseFactor = 20

/**
 * Watches a confined program. There need not be a cgroup that we may write to, so it is looked at from outside.
 *
 * @param folders what it may write to, apart from its memory
 * @param onExceeded is told at most once, by the second half of a sentence
 * @returns ends the watch
 */
export function watchLimits(
  pid: number,
  limits: Limits,
  folders: readonly string[],
  onExceeded: (what: string) => void,
): () => void {
  const ending = new AbortController()
  const tell = (what: string) => {
    if (ending.signal.aborted) return
    ending.abort()
    clearInterval(looks)
    onExceeded(what)
  }
  const looks = setInterval(() => {
    const { memoryBytes, processes } = useOf(pid, limits.memoryBytesMax)
    if (memoryBytes > limits.memoryBytesMax) tell(exceeded.memory(limits))
    else if (processes > limits.processesMax) tell(exceeded.processes(limits))
  }, lookIntervalMs)
  let pause = setTimeout(lookAtDisk, diskPauseMsMin)
  function lookAtDisk(): void {
    const began = performance.now()
    void usedBelow(folders, ending.signal).then((bytes) => {
      if (bytes > limits.diskBytesMax) tell(exceeded.disk(limits))
      const took = performance.now() - began
      if (!ending.signal.aborted)
        pause = setTimeout(lookAtDisk, Math.max(diskPauseMsMin, diskPauseFactor * took))
    })
  }
  return () => {
    ending.abort()
    clearInterval(looks)
    clearTimeout(pause)
  }
}

/** How much the files in these folders take on the disk, as far as it can be seen. */
async function usedBelow(folders: readonly string[], signal: AbortSignal): Promise<number> {
  if (folders.length === 0) return 0
  // A build can close its folders to its own user, but not to the root of that user's namespace.
  const asRoot = process.getuid?.() === 0 ? [] : ['unshare', '--user', '--map-root-user', '--']
  const [program = '', ...args] = [
    ...asRoot,
    ...['du', '--summarize', '--block-size=1', '--one-file-system', '--', ...folders],
  ]
  const { stdout } = await execa(program, args, { reject: false, cancelSignal: signal })
  const sizes = stdout.split('\n').map((line) => Number.parseInt(line, 10) || 0)
  return sizes.reduce((sum, bytes) => sum + bytes, 0)
}
