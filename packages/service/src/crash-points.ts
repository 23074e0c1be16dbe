import { AsyncLocalStorage } from 'node:async_hooks'
import { appendFileSync, writeFileSync } from 'node:fs'

/** What changes the world outside of this process's memory: these calls, and no others. */
export type Boundary = 'commit' | 'git' | 'builder' | 'hub' | 'bus' | 'rename' | 'artifact'

export type Side = 'before' | 'after'

/** Told of each crash point that is reached; it may end the process, or never come back (a simulated death). */
export type CrashPointWatcher = (boundary: Boundary, name: string, side: Side) => Promise<void> | void

const watchers = new AsyncLocalStorage<CrashPointWatcher>()
const ofProcess = watcherFromEnvironment(process.env)

/**
 * Makes a call that changes the world, between two points at which this process may end.
 *
 * Every database commit and every call of git, a builder, the hub, the bus or rename, and what changes the store of
 * artifacts, goes through here (a lint rule sees to it), so that tests can walk through all of them.
 */
export async function crossing<T>(boundary: Boundary, name: string, call: () => Promise<T>): Promise<T> {
  await reach(boundary, name, 'before')
  const result = await call()
  await reach(boundary, name, 'after')
  return result
}

/** One side of a call, for the commit, whose two sides lie in different functions. */
export async function reach(boundary: Boundary, name: string, side: Side): Promise<void> {
  await (watchers.getStore() ?? ofProcess)?.(boundary, name, side)
}

/** An object whose every method is such a call: the builder, the bus. */
export function crossed<T extends object>(boundary: Boundary, target: T): T {
  return new Proxy(target, {
    get(object, key) {
      const member: unknown = Reflect.get(object, key)
      if (typeof member !== 'function' || typeof key === 'symbol') return member
      return (...args: unknown[]) =>
        crossing(boundary, key, () => Reflect.apply(member, object, args) as Promise<unknown>)
    },
  })
}

/** A function that is such a call, under its own name. */
export function crossedCall<A extends unknown[], T>(
  boundary: Boundary,
  call: (...args: A) => Promise<T>,
): (...args: A) => Promise<T> {
  return (...args) => crossing(boundary, call.name, () => call(...args))
}

/** Runs `work`, and all that it starts, under a watcher of its own. */
export function watched<T>(watcher: CrashPointWatcher, work: () => T): T {
  return watchers.run(watcher, work)
}

/**
 * `MBS_CRASH_AT="BOUNDARY NAME SIDE"` kills this process (SIGKILL) where it first reaches that point, or where it
 * does for the Nth time with `#N` behind it; `MBS_CRASH_LOG=FILE` appends each point that is reached, and of all
 * processes with one such file only one is killed, whose number is then in `FILE.killed`. For tests.
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

/** Whether no other process has left its number there. */
function isFirst(file: string): boolean {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' })
    return true
  } catch {
    return false
  }
}
