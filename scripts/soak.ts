// The long runs: `npm run soak -- --seeds N [--first S] [--trace]`, `-- --walk`,
// `-- --kills N`, `-- --real-walk [--only POINT]…`, `-- --broker-minutes N`.
import { parseArgs } from 'node:util'
import { execa } from 'execa'
import { loadConfig } from '@mbs/service'
import { Simulator, walkCrashPoints } from '@mbs/service/simulation'
import { soakBroker } from './soak/broker.ts'
import { quantile, soakKills } from './soak/kills.ts'
import { walkForReal } from './soak/real-walk.ts'
import { soakSeeds } from './soak/seeds.ts'

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    first: { type: 'string', default: '1' },
    trace: { type: 'boolean', default: false },
    walk: { type: 'boolean', default: false },
    kills: { type: 'string' },
    'broker-minutes': { type: 'string' },
    'real-walk': { type: 'boolean', default: false },
    only: { type: 'string', multiple: true, default: [] },
  },
})

function count(name: 'seeds' | 'first' | 'kills' | 'broker-minutes'): number {
  const number = Number(values[name])
  if (!Number.isSafeInteger(number) || number < 1)
    throw new Error(`--${name} ${values[name] ?? ''}: give a whole number from 1`)
  return number
}

async function walk(): Promise<number> {
  const simulator = await Simulator.open(loadConfig('/dev/null').config.cacheDir)
  try {
    const { points, deaths, differences } = await walkCrashPoints(simulator)
    for (const difference of differences) console.log(difference)
    console.log(`${points.size} crash points, ${deaths} deaths, ${differences.length} differences`)
    return differences.length
  } finally {
    await simulator.close()
  }
}

async function seeds(): Promise<number> {
  const options = { first: count('first'), seeds: count('seeds'), trace: values.trace }
  console.log(`seeds ${options.first} to ${options.first + options.seeds - 1} on ${await commit()}`)
  const violations = await soakSeeds(options, (line) => console.log(line))
  console.log(`${options.seeds} seeds, ${violations} violations`)
  return violations
}

/** Returns the commit of this tree, and whether files differ from it. */
async function commit(): Promise<string> {
  const git = async (...args: string[]) =>
    (await execa('git', args, { cwd: import.meta.dirname, reject: false })).stdout
  const changed = (await git('status', '--porcelain')) === '' ? '' : ', with changes'
  return `${await git('rev-parse', '--short', 'HEAD')}${changed}`
}

async function kills(): Promise<number> {
  const report = await soakKills({ kills: count('kills') }, (line) => console.log(line))
  for (const what of ['lost', 'doubled', 'left'] as const)
    for (const line of report[what]) console.log(`${what}: ${line}`)
  for (const [when, seconds] of Object.entries(report.recovery))
    console.log(
      `until all builds had moved on, ${when}: p50 ${quantile(seconds, 0.5).toFixed(1)} s, ` +
        `p99 ${quantile(seconds, 0.99).toFixed(1)} s (${seconds.length} times)`,
    )
  const killed = Object.entries(report.kills).map(([victim, number]) => `${number} ${victim}`)
  console.log(
    `kills: ${killed.join(', ')} over ${report.builds} builds; lost ${report.lost.length}, ` +
      `doubled ${report.doubled.length}, left behind ${report.left.length}`,
  )
  return report.lost.length + report.doubled.length + report.left.length
}

async function realWalk(): Promise<number> {
  const report = await walkForReal({ only: values.only }, (line) => console.log(line))
  const { points, killed } = report
  const wrong = [...report.differences, ...report.doubled, ...report.left]
  for (const line of wrong) console.log(line)
  console.log(
    `${points.length} sides of crash points; killed: ${killed.service} service, ${killed.runner} runner, ` +
      `${killed.nobody.length} not reached again; ${report.differences.length} differences, ` +
      `doubled ${report.doubled.length}, left behind ${report.left.length}`,
  )
  return wrong.length
}

async function broker(): Promise<number> {
  const report = await soakBroker({ minutes: count('broker-minutes') }, (line) => console.log(line))
  for (const line of report.wrong) console.log(line)
  console.log(
    `${report.builds} builds, ${report.messages} messages, ${report.doubled} came again, ` +
      `all were told ${report.seconds.toFixed(1)} s after the broker was back; lost or disordered ${report.wrong.length}`,
  )
  return report.wrong.length
}

function chosen() {
  if (values['broker-minutes'] !== undefined) return broker
  if (values.walk) return walk
  if (values['real-walk']) return realWalk
  return values.kills === undefined ? seeds : kills
}

process.exitCode = (await chosen()()) === 0 ? 0 : 1
