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

/** Who runs confined programs (root becomes this uid, everybody else stays), and how much they may use. */
export interface BuildUser {
  uid: number | undefined
  /** Without them there is no limit but those of the machine. */
  limits?: Limits | undefined
}

export function buildUser(configuredUid: number, limits?: Limits): BuildUser {
  return { uid: process.getuid?.() === 0 ? configuredUid : undefined, limits }
}

/** Where the programs are that start a sandbox. */
const plainEnvironment = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  LC_ALL: 'C.UTF-8',
}

type OutputStream = 'ignore' | 'pipe' | 'inherit' | number

export interface RunOptions {
  stdin?: string
  /** Both streams also go to this file, appended while they are written. */
  log?: string
  /** Killed when it takes longer; a quarter of an hour unless told otherwise. */
  timeoutMs?: number
}

export interface RunResult {
  code: number
  stdout: string
  stderr: string
  timedOut: boolean
  /** The limit for which it was killed, as the second half of a sentence. */
  exceeded: string | null
}

const endSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

const timeoutMsDefault = 15 * 60_000

/** What is kept of a program's output in memory; its whole output is in the log. */
const keptBytesMax = 4 * 1024 * 1024

/** Runs a program confined, until it ends. A failing program is a result, not an error. */
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

/** The folders on the disk that a confined program may write to. */
function writtenFolders({ root, binds = [] }: Confinement): string[] {
  if (root.kind === 'layers') return [root.folder]
  return binds.filter(({ writable }) => writable).map((bind) => bind.path)
}

/**
 * Runs a program confined on our own standard streams, until it ends; on a terminal of its own where ours are one.
 * When we are asked to end meanwhile (SIGINT, SIGTERM, SIGHUP), it is made to end, and we go on behind it.
 *
 * @returns its exit code; 128 and the number of the signal where one ended it
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

/** What shells make of an end by a signal. */
function signalCode(signal: NodeJS.Signals): number {
  return 128 + os.constants.signals[signal]
}

/** Starts a program confined and hands over its process. */
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
  // bubblewrap's own environment can be read in the sandbox: it gets none of ours.
  const child = spawn(program, args, {
    stdio: [...stdio, ...pipes],
    cwd: '/',
    detached,
    env: plainEnvironment,
  })
  // What bubblewrap reads to its end; a pipe leaves nothing behind when we are killed meanwhile.
  for (const [index, input] of inputs.entries()) {
    const pipe = child.stdio[stdio.length + index] as Writable | undefined
    pipe?.on('error', () => undefined).end(input)
  }
  return child
}
