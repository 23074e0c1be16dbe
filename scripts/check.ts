// `npm run check`: all static checks of the code, in two lanes, for two cores.
import { spawn } from 'node:child_process'

const lanes = [
  ['eslint --max-warnings=0 .'],
  [
    // Version 7 is several times as fast; eslint needs the older compiler, whose `tsc` has the same name.
    'node node_modules/typescript-native/bin/tsc -p tsconfig.json',
    'prettier --check --log-level=warn .',
    'knip',
    'depcruise --config .dependency-cruiser.cjs packages scripts',
  ],
]

/** Runs a command of the project, and prints its output when it has ended. */
async function run(command: string): Promise<boolean> {
  const child = spawn(command, { shell: true, stdio: ['ignore', 'pipe', 'pipe'] })
  const said: Buffer[] = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => said.push(part))
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  process.stdout.write(Buffer.concat(said))
  if (code !== 0) console.error(`check: ${command} failed`)
  return code === 0
}

async function runLane(commands: readonly string[]): Promise<boolean> {
  let isRight = true
  for (const command of commands) isRight = (await run(command)) && isRight
  return isRight
}

const results = await Promise.all(lanes.map(runLane))
process.exitCode = results.every(Boolean) ? 0 : 1
