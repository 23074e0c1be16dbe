// One process of the soak: it has its own simulator, and runs the seeds that it receives.
import { loadConfig } from '@mbs/service'
import { planOf, Simulator } from '@mbs/service/simulation'
import type { Order, Report } from './seeds.ts'

const simulator = await Simulator.open(loadConfig('/dev/null').config.cacheDir)
process.on('message', (order: Order) => {
  void (async () => {
    if (order.seed === null) {
      await simulator.close()
      process.disconnect()
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
    process.send?.(report)
  })()
})
process.send?.('ready')
