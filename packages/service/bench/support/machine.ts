import { readdir, readFile } from 'node:fs/promises'

/** The kernel counts the time of processes in these (man 5 proc: sysconf(_SC_CLK_TCK), 100 on Linux). */
const ticksPerSecond = 100

/** Returns the CPU seconds of a process and of those of its children that have ended. */
export async function cpuSeconds(pid: number): Promise<number> {
  const [, after = ''] = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')
  // The fields after the name of the program: utime, stime, cutime and cstime are numbers 14 to 17 of the file.
  const times = after.split(' ').slice(11, 15).map(Number)
  return times.reduce((sum, ticks) => sum + ticks, 0) / ticksPerSecond
}

/** Returns the CPU seconds of a process and of all its children, running or ended. */
export async function cpuSecondsOfTree(pid: number): Promise<number> {
  let sum = 0
  for (const name of (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry))) {
    const status = await readFile(`/proc/${name}/status`, 'utf8').catch(() => '')
    if (Number(name) === pid || Number(/^PPid:\s+(\d+)/m.exec(status)?.[1]) === pid)
      sum += await cpuSeconds(Number(name)).catch(() => 0)
  }
  return sum
}

/** Returns the number of processes that the whole machine has started so far. */
export async function processesStarted(): Promise<number> {
  return Number(/^processes (\d+)$/m.exec(await readFile('/proc/stat', 'utf8'))?.[1])
}

/** Returns the peak memory of a process, megabytes. */
export async function peakMemory(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024)
}
