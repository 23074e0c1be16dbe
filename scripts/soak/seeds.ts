import os from 'node:os'
import { Worker } from 'node:worker_threads'

/** What a thread is told: a seed to run, or null to end. */
export interface Order {
  seed: number | null
  trace: boolean
}

/** What it answers. */
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
 * Runs seeds through the simulator, on every core: two threads each, because a thread waits for its database half the
 * time.
 *
 * @returns how many violations there were; each is printed with its seed
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
  const one = () =>
    new Promise<void>((resolve, reject) => {
      const worker = new Worker(new URL('seeds-worker.ts', import.meta.url))
      worker.on('message', (message: Report | 'ready') => {
        if (message !== 'ready') onReport(message)
        const order: Order = { seed: next < first + seeds ? next++ : null, trace }
        worker.postMessage(order)
      })
      worker.on('error', reject)
      worker.on('exit', () => resolve())
    })
  await Promise.all(Array.from({ length: Math.min(2 * os.availableParallelism(), seeds) }, one))
  const minutes = (performance.now() - began) / 60_000
  print(
    `${Math.round(seeds / minutes)} seeds per minute; ${sums.steps} steps, ${sums.deaths} deaths of processes; reached: ` +
      `${seen.points.size} crash points (each side of a call counts)`,
  )
  print(`states: ${[...seen.states].sort().join(', ')}`)
  print(`effects: ${[...seen.effects].sort().join(', ')}`)
  return violations
}
