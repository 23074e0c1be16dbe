// Removes, one at a time, the protections against lost and doubled work from the service, and checks that the simulator
// notices: `npm run mutants [-- --seeds N] [--only TEXT]`. The script generates the mutants from the source that the
// simulator runs; no person chooses them.
import { spawn } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import ts from 'typescript'

const root = path.join(import.meta.dirname, '..')
const source = 'packages/service/src'

interface Mutant {
  kind: 'existence check' | 'lock' | 'transaction' | 'attempt fence' | 'outbox insert' | 'wake'
  file: string
  line: number
  /** The offset of the removed code. */
  at: number
  /** The removed code. */
  text: string
  result: string
}

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '400' },
    only: { type: 'string', default: '' },
    list: { type: 'boolean', default: false },
  },
})

/** Calls that must not be lost, because their news would be lost: of the outbox, and of the queue. */
const announcements = new Set(['announce', 'announceComponents', 'recordState'])
const wakes = new Set(['wake', 'send', 'enqueue'])

function mutantsOf(file: string, text: string): Mutant[] {
  const tree = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)
  const found: Mutant[] = []
  const replace = (kind: Mutant['kind'], node: ts.Node, by: string) => {
    const { line } = tree.getLineAndCharacterOfPosition(node.getStart())
    const result = text.slice(0, node.getStart()) + by + text.slice(node.getEnd())
    found.push({
      kind,
      file,
      line: line + 1,
      at: node.getStart(),
      text: node.getText().replaceAll(/\s+/g, ' ').slice(0, 110),
      result,
    })
  }
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) visitCall(node)
    if (ts.isTemplateExpression(node) && node.getText().includes('pg_try_advisory_xact_lock'))
      replace('lock', node, '`select true as mine`')
    if (ts.isExpressionStatement(node)) visitStatement(node)
    // News take their turn: without it, nobody would be woken.
    if (ts.isReturnStatement(node) && /^return this\.takeTurn\([^)]*\)\.catch\(/.test(node.getText()))
      replace('wake', node, 'return undefined')
    if (ts.isIfStatement(node) && node.elseStatement === undefined) visitGuard(node)
    ts.forEachChild(node, visit)
  }
  /** Removes a link from a chain of calls; the part before it stays. */
  const visitCall = (node: ts.CallExpression) => {
    const name = calledName(node)
    if (name === 'inTransaction')
      replace('transaction', node.expression, '((database, name, work) => work(database))')
    if (!ts.isPropertyAccessExpression(node.expression)) return
    const before = node.expression.expression
    const chain = node.getText()
    if (name === 'forUpdate') replace('lock', node, before.getText())
    if (name === 'onConflict') replace('existence check', node, before.getText())
    const isWrite = /\.(?:updateTable|deleteFrom)\(/.test(chain)
    const column = node.arguments[0]?.getText() ?? ''
    if (
      (name === 'where' || name === 'whereRef') &&
      isWrite &&
      /^'(?:\w+\.)?(?:state|attempt)'$/.test(column)
    )
      replace('attempt fence', node, before.getText())
  }
  const visitStatement = (node: ts.ExpressionStatement) => {
    if (node.getText().includes('pg_advisory_xact_lock')) {
      replace('lock', node, '')
      return
    }
    const call = ts.isAwaitExpression(node.expression) ? node.expression.expression : node.expression
    if (!ts.isCallExpression(call)) return
    const name = calledName(call)
    if (name === 'lockStream') replace('lock', node, '')
    if (announcements.has(name)) replace('outbox insert', node, ';')
    if (wakes.has(name)) replace('wake', node, ';')
  }
  const visitGuard = (node: ts.IfStatement) => {
    const condition = node.expression.getText()
    const { thenStatement } = node
    const leaves = /^(?:\{\s*)?(?:return|throw|continue)\b/.test(thenStatement.getText())
    if (/\block\(/.test(condition)) {
      replace('lock', node, leaves ? '' : thenStatement.getText())
    } else if (/^!\(await .*(?:(?:end|finish)Effect|deleteWait)\(/s.test(condition) && leaves) {
      replace('attempt fence', node, `${condition.slice(2, -1)};`)
    } else if (/(?:end|finish)Effect|deleteWait/.test(condition) && !leaves) {
      // The code after the check runs whether or not the attempt is still the current one.
      replace('attempt fence', node, `await ${condition.replace(/^await /, '')}; ${thenStatement.getText()}`)
    } else if (
      leaves &&
      asksWhatIsThere(condition) &&
      !thenStatement.getText().includes('throw new Error(')
    ) {
      const kind = /attempt|[Ss]tate|cancelled/.test(condition) ? 'attempt fence' : 'existence check'
      replace(kind, node, '')
    }
  }
  visit(tree)
  return found
}

/**
 * Returns whether a condition depends on the results of an earlier try, another process or a later decision, and not on
 * the shape of a value.
 */
function asksWhatIsThere(condition: string): boolean {
  return (
    /undefined|true|[Ss]tate|attempt|cancelled|ready/.test(condition) &&
    !/\.length| in |\bstatus\./.test(condition)
  )
}

function calledName(node: ts.CallExpression): string {
  const { expression } = node
  return ts.isPropertyAccessExpression(expression) ? expression.name.text : expression.getText()
}

/** Runs seeds and then the crash walk in a copy of the service, until the first violation. */
const judge = `
  const { planOf, Simulator, walkCrashPoints } = await import(process.argv[1])
  const simulator = await Simulator.open(process.argv[3])
  const run = simulator.run.bind(simulator)
  simulator.run = async (plan) => {
    const ended = await run(plan)
    process.stdout.write('.')
    return ended
  }
  let found = ''
  let isAnyReady = false
  try {
    for (let seed = 1; seed <= Number(process.argv[2]) && found === ''; seed++) {
      const run = await simulator.run(planOf(seed))
      isAnyReady ||= run.end.builds.some(({ state }) => state === 'ready')
      if (run.violations.length > 0) found = 'seed ' + seed + ': ' + run.violations[0]
      // A run in which everything fails violates nothing.
      else if (seed === 20 && !isAnyReady) found = 'no build of the first 20 seeds became ready'
    }
    if (found === '') {
      const { differences } = await walkCrashPoints(simulator)
      if (differences.length > 0) found = 'walk: ' + differences[0]
    }
  } catch (error) {
    found = 'stopped: ' + error.message
  }
  console.log('\\n' + JSON.stringify(found))
  await simulator.close()
  process.exit(0)`

/** A mutant with which a run does not end counts as found, too. A run takes seconds on a busy machine. */
const minutesOfRunMax = 5

async function judged(mutant: Mutant, cacheDir: string, isGuarded: boolean): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'mbs-mutant-'))
  try {
    await mkdir(path.join(folder, 'packages/service'), { recursive: true })
    await symlink(path.join(root, 'node_modules'), path.join(folder, 'node_modules'))
    await cp(
      path.join(root, 'packages/service/package.json'),
      path.join(folder, 'packages/service/package.json'),
    )
    await cp(path.join(root, source), path.join(folder, source), { recursive: true })
    await writeFile(path.join(folder, source, mutant.file), mutant.result)
    const connections = path.join(folder, source, 'simulation/connections.ts')
    const writable = (await readFile(connections, 'utf8')).replace(
      'default_transaction_read_only=on',
      'jit=off',
    )
    if (!isGuarded) await writeFile(connections, writable)
    return await ask(path.join(folder, source, 'simulation/index.ts'), cacheDir)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function ask(simulation: string, cacheDir: string): Promise<string> {
  const child = spawn(
    process.execPath,
    ['--input-type=module', '--eval', judge, simulation, values.seeds, cacheDir],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  const output = { stdout: '', stderr: '' }
  const tooLong = () => {
    output.stderr = `a run did not end in ${minutesOfRunMax} minutes`
    child.kill('SIGKILL')
  }
  let timer = setTimeout(tooLong, minutesOfRunMax * 60_000)
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text
    clearTimeout(timer)
    timer = setTimeout(tooLong, minutesOfRunMax * 60_000)
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text))
  return new Promise((resolve) => {
    child.once('close', () => {
      clearTimeout(timer)
      const line = output.stdout.trim().split('\n').at(-1) ?? ''
      if (line.startsWith('"')) resolve(JSON.parse(line) as string)
      else resolve(`stopped: ${output.stderr.trim().split('\n').at(-1) ?? 'it did not end'}`)
    })
  })
}

/** The simulator itself, files outside of rooms, and rooms that change nothing. */
const notRooms = /^(?:[^/]+$|(?:simulation|expansion|distgit|database|config|platforms)\/)/

/** A part of a file that ran so often (the format of NODE_V8_COVERAGE). */
interface Range {
  startOffset: number
  endOffset: number
  count: number
}

/** Seeds whose code is mutated: what they do not run, no seed of a mutant is likely to run. */
const coveredSeeds = 10

const covering = `
  const { planOf, Simulator } = await import(process.argv[1])
  const simulator = await Simulator.open(process.argv[3])
  const run = simulator.run.bind(simulator)
  simulator.run = async (plan) => {
    const ended = await run(plan)
    process.stdout.write('.')
    return ended
  }
  for (let seed = 1; seed <= Number(process.argv[2]); seed++) await simulator.run(planOf(seed))
  await simulator.close()
  process.exit(0)`

/**
 * Returns the files of the service that the simulator runs, with the parts of each that ran. Node only blanks out types,
 * so places in the code that ran are places in the file.
 */
async function covered(cacheDir: string): Promise<Map<string, Range[]>> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'mbs-coverage-'))
  try {
    const simulation = path.join(root, source, 'simulation/index.ts')
    const args = ['--input-type=module', '--eval', covering, simulation, String(coveredSeeds), cacheDir]
    const env = { ...process.env, NODE_V8_COVERAGE: folder }
    const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'inherit'] })
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
    if (code !== 0) throw new Error(`the simulator ended with ${code}`)
    const files = new Map<string, Range[]>()
    for (const name of await readdir(folder)) {
      const { result } = JSON.parse(await readFile(path.join(folder, name), 'utf8')) as {
        result: { url: string; functions: { ranges: Range[] }[] }[]
      }
      for (const { url, functions } of result) {
        const file = path.relative(path.join(root, source), url.replace(/^file:\/\//, ''))
        if (file.startsWith('..') || notRooms.test(file)) continue
        files.set(file, [...(files.get(file) ?? []), ...functions.flatMap(({ ranges }) => ranges)])
      }
    }
    return files
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Returns whether the code at an offset ran: the smallest part around it counts. */
function ran(ranges: readonly Range[], offset: number): boolean {
  const around = ranges.filter(({ startOffset, endOffset }) => startOffset <= offset && offset < endOffset)
  const size = ({ startOffset, endOffset }: Range) => endOffset - startOffset
  const [smallest] = around.sort((a, b) => size(a) - size(b))
  return smallest !== undefined && smallest.count > 0
}

const { loadConfig } = await import('@mbs/service')
const { cacheDir } = loadConfig('/dev/null').config
const mutants: Mutant[] = []
for (const [file, ranges] of [...(await covered(cacheDir))].sort())
  mutants.push(
    ...mutantsOf(file, await readFile(path.join(root, source, file), 'utf8')).filter(({ at }) =>
      ran(ranges, at),
    ),
  )
const chosen = mutants.filter((mutant) =>
  `${mutant.kind} ${mutant.file} ${mutant.text}`.includes(values.only),
)
const place = ({ kind, file, line, text }: Mutant) => `${kind}, ${file}:${line}: ${text}`
if (values.list) for (const mutant of chosen) console.log(place(mutant))
else {
  const survivors: Mutant[] = []
  let guarded = 0
  const waiting = [...chosen]
  const worker = async () => {
    for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
      // The database refuses writes outside a transaction. The report lists mutants that only this guard finds
      // separately.
      const isTransaction = mutant.kind === 'transaction'
      let found = await judged(mutant, cacheDir, !isTransaction)
      if (found === '' && isTransaction) {
        const byDatabase = await judged(mutant, cacheDir, true)
        if (byDatabase !== '') {
          found = `by the database alone: ${byDatabase}`
          guarded++
        }
      }
      console.log(
        `${found === '' ? 'SURVIVED' : 'found'} ${place(mutant)}${found === '' ? '' : `\n    ${found.slice(0, 200)}`}`,
      )
      if (found === '') survivors.push(mutant)
    }
  }
  await Promise.all(Array.from({ length: os.availableParallelism() }, worker))
  for (const mutant of survivors) console.log(`survivor: ${place(mutant)}`)
  const share = (100 * (chosen.length - survivors.length)) / chosen.length
  console.log(
    `${chosen.length} mutants, ${chosen.length - survivors.length} found (${share.toFixed(1)} %), ${guarded} of them by the database alone`,
  )
}
