import path from 'node:path'
import type { Reporter, TestModule } from 'vitest/node'

const shownMax = 15

/** Prints the files whose tests took longest, at the end of a run: the time of a new test is won elsewhere. */
export default class SlowestFiles implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    if (modules.length <= shownMax) return
    const files = modules
      .map((module) => ({ name: path.relative('', module.moduleId), ms: module.diagnostic().duration }))
      .toSorted((a, b) => b.ms - a.ms)
    const seconds = (ms: number) => (ms / 1000).toFixed(0).padStart(6)
    const all = files.reduce((sum, { ms }) => sum + ms, 0)
    console.log('\nSeconds of the slowest files:')
    for (const { name, ms } of files.slice(0, shownMax)) console.log(`${seconds(ms)}  ${name}`)
    console.log(`${seconds(all)}  all ${files.length} files, on two cores at a time`)
  }
}
