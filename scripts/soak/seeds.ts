import { fork } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'

/** An order to a process: a seed to run, or null to end. */
export interface Order {
  seed: number | null
  trace: boolean
}

/** The process's report on a seed. */
export interface Report {
  seed: number
  violations: string[]
  lines: string[]
  steps: number
  deaths: number
  points: string[]
  states: string[]
  effects: string[]
}

/**
 * Runs seeds through the simulator: one process for each core, on the same core as its database. Process and database
 * wait for each other all the time, and are twice as fast on one core.
 *
 * @returns the number of violations; each is printed with its seed
 */
export async function soakSeeds(
  options: { first: number; seeds: number; trace: boolean },
  print: (line: string) => void,
): Promise<number> {
  const began = performance.now()
  const { first, seeds, trace } = options
  let next = first
  let violations = 0
  const sums = { steps: 0, deaths: 0, runs: 0 }
  const seen = { points: new Set<string>(), states: new Set<string>(), effects: new Set<string>() }
  const onReport = (report: Report) => {
    for (const line of report.lines) print(line)
    sums.runs++
    sums.steps += report.steps
    sums.deaths += report.deaths
    for (const what of ['points', 'states', 'effects'] as const)
      for (const one of report[what]) seen[what].add(one)
    if (report.violations.length > 0) {
      violations++
      print(`seed ${report.seed}: ${report.violations.join('; ')}`)
      print(`  replay it: npm run soak -- --seeds 1 --first ${report.seed} --trace`)
    }
    if (sums.runs % 1000 === 0) print(`${sums.runs} seeds so far, ${violations} violations`)
  }
  const one = (core: number) =>
    new Promise<void>((resolve, reject) => {
      const worker = fork(path.join(import.meta.dirname, 'seeds-worker.ts'), {
        execPath: 'taskset',
        execArgv: ['--cpu-list', String(core), process.execPath],
      })
      worker.on('message', (message: Report | 'ready') => {
        if (message !== 'ready') onReport(message)
        const order: Order = { seed: next < first + seeds ? next++ : null, trace }
        worker.send(order)
      })
      worker.on('error', reject)
      worker.on('exit', (code) => {
        if (code === 0) resolve()
        else reject(new Error(`a process of the soak ended with ${code ?? 'a signal'}`))
      })
    })
  await Promise.all(ownCores().slice(0, seeds).map(one))
  const minutes = (performance.now() - began) / 60_000
  print(
    `${Math.round(seeds / minutes)} seeds per minute; ${sums.steps} steps, ${sums.deaths} deaths of processes; reached: ` +
      `${seen.points.size} crash points (each side of a call counts)`,
  )
  print(`states: ${[...seen.states].sort().join(', ')}`)
  print(`effects: ${[...seen.effects].sort().join(', ')}`)
  return violations
}

/** Returns the cores that this process may use. */
function ownCores(): number[] {
  const [, list = ''] = /^Cpus_allowed_list:\s*(\S+)/m.exec(readFileSync('/proc/self/status', 'latin1')) ?? []
  return list.split(',').flatMap((range) => {
    const [from = 0, to = from] = range.split('-').map(Number)
    return Array.from({ length: to - from + 1 }, (_, index) => from + index)
  })
}
