import { readFile, readdir } from 'node:fs/promises'

/** Returns the ids of the processes of this machine with this command line. */
export async function processesOf(commandLine: string): Promise<number[]> {
  const found = []
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const line = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).replaceAll('\0', ' ').trim()
    if (line === commandLine) found.push(Number(pid))
  }
  return found
}
