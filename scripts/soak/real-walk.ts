import { readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Field, isOver, type View } from './field.ts'

/** No build takes this long, even after a kill. */
const patienceMs = 300_000

/** The result of the walk. */
export interface RealWalkReport {
  /** Both sides of each crash point that a build and a compose reach. */
  points: string[]
  /** The number of kills of each kind; `nobody` lists the points that were not reached again. */
  killed: { service: number; runner: number; nobody: string[] }
  /** Ends that differ from the end of the undisturbed build. */
  differences: string[]
  doubled: string[]
  left: string[]
}

/**
 * Builds the example module for real and composes it, once undisturbed and then once for each crash point of that run.
 * At that point the walk kills the process that reaches it first, a service or a runner, with -9. It restarts a
 * service, and compares the end with the undisturbed one.
 *
 * @param options.only the points whose text begins with one of these; none: all
 */
export async function walkForReal(
  options: { only: readonly string[] },
  print: (line: string) => void,
): Promise<RealWalkReport> {
  const isChosen = (point: string) =>
    options.only.length === 0 || options.only.some((start) => point.startsWith(start))
  const report: RealWalkReport = {
    points: [],
    killed: { service: 0, runner: 0, nobody: [] },
    differences: [],
    doubled: [],
    left: [],
  }
  let expected = ''
  /** Walks points with one data folder; returns the points that were not reached. */
  const walk = async (points: readonly string[] | undefined): Promise<string[]> => {
    const field = await Field.open()
    try {
      let streams = 0
      const log = path.join(field.folder, 'crash-points')
      const liveOnce = (more: Record<string, string>) =>
        live(field, `s${++streams}`, { MBS_CRASH_LOG: log, ...more })
      if (points === undefined) {
        expected = (await liveOnce({})).end
        const reached = new Set((await readFile(log, 'utf8')).trimEnd().split('\n'))
        report.points = [...reached].filter((point) => isChosen(point))
      }
      const missed: string[] = []
      for (const point of points ?? report.points) {
        await rm(`${log}.killed`, { force: true })
        const { end, killed } = await liveOnce({ MBS_CRASH_AT: point })
        if (killed === undefined) missed.push(point)
        else report.killed[killed]++
        if (killed !== undefined || points !== undefined) print(`${point}: ${killed ?? 'nobody'} killed`)
        if (end !== expected) report.differences.push(`${point}: ${difference(end, expected)}`)
      }
      report.doubled.push(...(await field.doubled()))
      report.left.push(...(await field.left()))
      return missed
    } finally {
      await field.close()
    }
  }
  // An action that happens once per data folder needs a new data folder.
  for (const point of await walk(undefined)) report.killed.nobody.push(...(await walk([point])))
  return report
}

/** Returns the place where two ends begin to differ. */
function difference(actual: string, expected: string): string {
  let at = 0
  while (at < expected.length && actual[at] === expected[at]) at++
  const around = (text: string) => text.slice(Math.max(0, at - 60), at + 60)
  return `ended as …${around(actual)}…, undisturbed as …${around(expected)}…`
}

interface Life {
  end: string
  killed: 'service' | 'runner' | undefined
}

/** Runs from the start of a service to its stop, with one build and one compose in between. */
async function live(field: Field, stream: string, environment: Record<string, string>): Promise<Life> {
  const victim = path.join(field.folder, 'crash-points.killed')
  const state: { isStopping: boolean; killed: Life['killed'] } = { isStopping: false, killed: undefined }
  /** Runs the service, and another one if the first one dies. */
  const keepUp = async () => {
    const service = await field.start(0, environment).catch(() => undefined)
    await service?.ended
    if (state.isStopping) return
    state.killed = 'service'
    await field.start(0)
  }
  const services = keepUp()
  const id = await field.submit(stream)
  const build = await until(
    () => field.show(id),
    (view) => isOver(view),
  )
  const composed = await compose(field)
  state.isStopping = true
  await field.end(0)
  await services
  const by = await readFile(victim, 'utf8').catch(() => undefined)
  return {
    end: JSON.stringify({ ...comparable(build), composed }),
    killed: by === undefined ? undefined : (state.killed ?? 'runner'),
  }
}

/** Requests composes until one is done; returns its end. */
async function compose(field: Field): Promise<string> {
  for (;;) {
    const answer = await field.ask('POST', '/composes/', { platform: 'host' })
    if (answer?.status === 201) {
      const { id } = answer.body as { id: number }
      const ended = await until(
        async () => (await field.ask('GET', `/composes/${id}`))?.body as { state_name?: string } | undefined,
        ({ state_name: state }) => state !== 'requested',
      )
      return String(ended.state_name)
    }
    await sleep(200)
  }
}

async function until<T>(look: () => Promise<T | undefined>, is: (seen: T) => boolean): Promise<T> {
  for (const began = performance.now(); ;) {
    const seen = await look()
    if (seen !== undefined && is(seen)) return seen
    if (performance.now() - began > patienceMs) throw new Error(`it did not end: ${JSON.stringify(seen)}`)
    await sleep(100)
  }
}

/** Returns the end of a build without the differences between two undisturbed builds. */
function comparable(build: View) {
  const general = (text: string) =>
    text
      .replaceAll(/module\+host\+\d+\+[0-9a-f]{8}/g, 'DIST')
      .replaceAll(build.version, 'VERSION')
      .replaceAll(build.context, 'CONTEXT')
      .replaceAll(/^( *stream: ).*$/gm, '$1STREAM')
      .replaceAll(/^( *commit: |.*\?#)[0-9a-f]{40}$/gm, '$1COMMIT')
  return {
    state: build.state_name,
    reason: build.state_reason,
    trace: build.state_trace.map(({ state_name: state }) => state),
    components: build.components
      .map(({ package: name, batch, state_name: state, nvr }) => ({
        name,
        batch,
        state,
        nvr: nvr === null ? null : general(nvr),
      }))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    modulemd: general(build.modulemd),
  }
}
