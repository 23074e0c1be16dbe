import { AsyncLocalStorage } from 'node:async_hooks'
import { appendFileSync, writeFileSync } from 'node:fs'

/** The kinds of calls that change the world outside this process's memory. No other call may do so. */
export type Boundary = 'commit' | 'git' | 'builder' | 'hub' | 'bus' | 'rename' | 'artifact'

export type Side = 'before' | 'after'

/** Is called at each crash point. It may end the process, or never return (a simulated death). */
export type CrashPointWatcher = (boundary: Boundary, name: string, side: Side) => Promise<void> | void

const watchers = new AsyncLocalStorage<CrashPointWatcher>()
const ofProcess = watcherFromEnvironment(process.env)

/**
 * Makes a call that changes the world, between two points at which this process may end.
 *
 * Every database commit, every call of git, a builder, the hub, the bus or rename, and every change to the artifact
 * store goes through this function. A lint rule checks this. Tests can therefore walk through all crash points.
 */
export async function crossing<T>(boundary: Boundary, name: string, call: () => Promise<T>): Promise<T> {
  await reach(boundary, name, 'before')
  const result = await call()
  await reach(boundary, name, 'after')
  return result
}

/** Marks one side of a call. The commit needs this, because its two sides lie in different functions. */
export async function reach(boundary: Boundary, name: string, side: Side): Promise<void> {
  await (watchers.getStore() ?? ofProcess)?.(boundary, name, side)
}

/**
 * Returns an object whose every method is such a call, for example the builder or the bus.
 *
 * @param only the methods with crash points, where the other methods change nothing
 */
export function crossed<T extends object>(
  boundary: Boundary,
  target: T,
  only?: readonly (string | symbol)[],
): T {
  return new Proxy(target, {
    get(object, key) {
      const member: unknown = Reflect.get(object, key)
      if (typeof member !== 'function' || typeof key === 'symbol') return member
      if (only?.includes(key) === false) return member.bind(object) as unknown
      return (...args: unknown[]) =>
        crossing(boundary, key, () => Reflect.apply(member, object, args) as Promise<unknown>)
    },
  })
}

/** Returns a function that is such a call. The crash points have the function's own name. */
export function crossedCall<A extends unknown[], T>(
  boundary: Boundary,
  call: (...args: A) => Promise<T>,
): (...args: A) => Promise<T> {
  return (...args) => crossing(boundary, call.name, () => call(...args))
}

/** Runs `work`, and everything that it starts, under a watcher of its own. */
export function watched<T>(watcher: CrashPointWatcher, work: () => T): T {
  return watchers.run(watcher, work)
}

/**
 * Returns the watcher that two environment variables describe. For tests.
 *
 * `MBS_CRASH_AT="BOUNDARY NAME SIDE"` kills this process (SIGKILL) when it first reaches that point; with `#N` at the
 * end, when it reaches the point for the Nth time. `MBS_CRASH_LOG=FILE` appends each point that is reached to the file.
 * Of all processes with the same file only one is killed; `FILE.killed` then has its process id.
 */
function watcherFromEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): CrashPointWatcher | undefined {
  const [at, count] = (environment['MBS_CRASH_AT'] ?? '').split('#')
  const log = environment['MBS_CRASH_LOG'] ?? ''
  if (at === '' && log === '') return undefined
  let left = Number(count ?? 1)
  return (boundary, name, side) => {
    const point = `${boundary} ${name} ${side}`
    if (log !== '') appendFileSync(log, `${point}\n`)
    if (point !== at || --left !== 0) return
    if (log === '' || isFirst(`${log}.killed`)) process.kill(process.pid, 'SIGKILL')
  }
}

/** Returns whether this process is the first to write its process id there. */
function isFirst(file: string): boolean {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' })
    return true
  } catch {
    return false
  }
}
