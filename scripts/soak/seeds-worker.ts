// One thread of the soak: a simulator of its own, and one seed after the other as it is told.
import { parentPort } from 'node:worker_threads'
import { loadConfig } from '@mbs/service'
import { planOf, Simulator } from '@mbs/service/simulation'
import type { Order, Report } from './seeds.ts'

if (parentPort === null) throw new Error('this is a thread of the soak')
const port = parentPort
const simulator = await Simulator.open(loadConfig('/dev/null').config.cacheDir)
port.on('message', (order: Order) => {
  void (async () => {
    if (order.seed === null) {
      await simulator.close()
      port.close()
      return
    }
    const lines: string[] = []
    const trace = order.trace ? { trace: (line: string) => void lines.push(line) } : {}
    const { violations, points, steps, deaths, end } = await simulator.run({
      ...planOf(order.seed),
      ...trace,
    })
    const states = end.builds.flatMap((build) => [
      ...build.trace.map((state) => `module ${state}`),
      ...build.components.map(({ state }) => `component ${state ?? 'unstarted'}`),
    ])
    const report: Report = {
      seed: order.seed,
      violations,
      lines,
      steps,
      deaths,
      points: [...points.keys()],
      states,
      effects: end.effects,
    }
    port.postMessage(report)
  })()
})
port.postMessage('ready')
