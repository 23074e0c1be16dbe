// The long runs: `npm run soak -- --seeds N [--first S] [--trace]`, `npm run soak -- --walk`.
import { parseArgs } from 'node:util'
import { loadConfig } from '@mbs/service'
import { Simulator, walkCrashPoints } from '@mbs/service/simulation'
import { soakSeeds } from './soak/seeds.ts'

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    first: { type: 'string', default: '1' },
    trace: { type: 'boolean', default: false },
    walk: { type: 'boolean', default: false },
  },
})

function count(name: 'seeds' | 'first'): number {
  const number = Number(values[name])
  if (!Number.isSafeInteger(number) || number < 1)
    throw new Error(`--${name} ${values[name]}: give a whole number from 1`)
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
  const violations = await soakSeeds(options, (line) => console.log(line))
  console.log(`${options.seeds} seeds, ${violations} violations`)
  return violations
}

process.exitCode = (await (values.walk ? walk() : seeds())) === 0 ? 0 : 1
