import { spawn, type ChildProcess } from 'node:child_process'
import os from 'node:os'
import path from 'node:path'
import type { Writable } from 'node:stream'
import { confinedCommand, mountTargets, type Confinement } from './confine.ts'
import { exceeded, type Limits } from './limits.ts'
import { requirePlainTargets } from './mount-targets.ts'
import { OutputLog } from './output-log.ts'
import { seccompFilter } from './seccomp.ts'
import { watchLimits } from './watch-limits.ts'

/** The user who runs confined programs (root becomes this uid, other users stay as they are), and the limits. */
export interface BuildUser {
  uid: number | undefined
  /** Without limits, only those of the machine apply. */
  limits?: Limits | undefined
}

export function buildUser(configuredUid: number, limits?: Limits): BuildUser {
  return { uid: process.getuid?.() === 0 ? configuredUid : undefined, limits }
}

/** The environment of the programs that start a sandbox. */
const plainEnvironment = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  LC_ALL: 'C.UTF-8',
}

type OutputStream = 'ignore' | 'pipe' | 'inherit' | number

export interface RunOptions {
  stdin?: string
  /** Both streams are also appended to this file while the program runs. */
  log?: string
  /** The program is killed after this time; default: 15 minutes. */
  timeoutMs?: number
}

export interface RunResult {
  code: number
  stdout: string
  stderr: string
  timedOut: boolean
  /** The limit that the program exceeded and was killed for, as the second half of a sentence. */
  exceeded: string | null
}

const endSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

const timeoutMsDefault = 15 * 60_000

/** Maximum size of the output that is kept in memory. The log has the whole output. */
const keptBytesMax = 4 * 1024 * 1024

/** Runs a program confined until it ends. A failing program is a result, not an error. */
export async function runConfined(
  user: BuildUser,
  confinement: Confinement,
  argv: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  const child = spawnConfined(user, confinement, argv, ['pipe', 'pipe', 'pipe'])
  const { limits } = user
  let exceededLimit: string | null = null
  const kill = (what: string) => {
    exceededLimit ??= what
    child.kill('SIGKILL')
  }
  const log =
    options.log === undefined
      ? undefined
      : new OutputLog(options.log, limits?.logBytesMax, () => limits && kill(exceeded.log(limits)))
  const output = { stdout: '', stderr: '' }
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream]?.setEncoding('utf8').on('data', (text: string) => {
      log?.write(text, child[stream])
      if (output[stream].length < keptBytesMax) output[stream] += text
    })
  let timedOut = false
  const timer = setTimeout(() => {
    timedOut = true
    child.kill('SIGKILL')
  }, options.timeoutMs ?? timeoutMsDefault)
  const stopWatching =
    limits === undefined || child.pid === undefined
      ? () => undefined
      : watchLimits(child.pid, limits, writtenFolders(confinement), kill)
  child.stdin?.on('error', () => undefined).end(options.stdin ?? '')
  try {
    const code = await exitCodeOf(child)
    await log?.close()
    return { code, ...output, timedOut, exceeded: exceededLimit }
  } finally {
    clearTimeout(timer)
    stopWatching()
  }
}

/** Returns the folders on disk that a confined program may write to. */
function writtenFolders({ root, binds = [] }: Confinement): string[] {
  if (root.kind === 'layers') return [root.folder]
  return binds.filter(({ writable }) => writable).map((bind) => bind.path)
}

/**
 * Runs a program confined on our own standard streams until it ends; if these are a terminal, it gets its own terminal.
 * On SIGINT, SIGTERM or SIGHUP this function ends the program, and the caller continues afterwards.
 *
 * @returns its exit code; 128 plus the signal's number if a signal ended it
 */
export async function runAttached(
  user: BuildUser,
  confinement: Confinement,
  argv: readonly string[],
): Promise<number> {
  const terminal = process.stdin.isTTY && process.stdout.isTTY
  const { TERM = 'dumb' } = process.env
  const env = terminal ? { ...confinement.env, TERM } : (confinement.env ?? {})
  const child = spawnConfined(user, { ...confinement, terminal, env }, argv, [
    'inherit',
    'inherit',
    'inherit',
  ])
  let asked: NodeJS.Signals | undefined
  const end = (signal: NodeJS.Signals) => {
    asked = signal
    child.kill('SIGTERM')
  }
  for (const signal of endSignals) process.on(signal, end)
  try {
    const code = await exitCodeOf(child)
    return asked === undefined ? code : signalCode(asked)
  } finally {
    for (const signal of endSignals) process.off(signal, end)
  }
}

async function exitCodeOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (status, signal) => resolve(status ?? signalCode(signal ?? 'SIGKILL')))
  })
}

/** Returns the exit code by which shells report a signal. */
function signalCode(signal: NodeJS.Signals): number {
  return 128 + os.constants.signals[signal]
}

/** Starts a program confined and returns its process. */
export function spawnConfined(
  user: BuildUser,
  confinement: Confinement,
  argv: readonly string[],
  stdio: readonly ['ignore' | 'pipe' | 'inherit', OutputStream, OutputStream],
  detached = false,
): ChildProcess {
  const { root } = confinement
  if (root.kind === 'layers')
    requirePlainTargets([path.join(root.folder, 'upper'), ...root.lower], mountTargets(confinement))
  const filter = seccompFilter({ pretendChown: confinement.identity === 'root' })
  const { argv: words, inputs } = confinedCommand(confinement, argv, filter, user)
  const [program = '', ...args] = words
  const pipes = inputs.map(() => 'pipe' as const)
  // Programs in the sandbox can read bubblewrap's own environment, so it must have no variables of the service.
  const child = spawn(program, args, {
    stdio: [...stdio, ...pipes],
    cwd: '/',
    detached,
    env: plainEnvironment,
  })
  // bubblewrap reads these inputs to their end. Unlike a file, a pipe does not remain if the service is killed
  // meanwhile.
  for (const [index, input] of inputs.entries()) {
    const pipe = child.stdio[stdio.length + index] as Writable | undefined
    pipe?.on('error', () => undefined).end(input)
  }
  return child
}
