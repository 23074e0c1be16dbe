import { spawn } from 'node:child_process'
import { watch } from 'node:fs'
import { mkdir, open, readdir, readFile, rm, stat, statfs, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { environmentForPrograms } from '../../environment.ts'
import { readIfPresent, removeUnfinished, rename, writeFileAtomically } from '../../files.ts'
import { withFileLock } from '../../flock.ts'
import { removeTree } from '../../sandbox/index.ts'
import { expectedStarts, fairOrder, type Claim, type RunningClaim } from './fair-share.ts'
import {
  attemptFiles,
  endsFile,
  isRunning,
  markOf,
  tellEnd,
  type AttemptRequest,
  type AttemptResult,
  type AttemptStatus,
  type ProcessMark,
} from './attempt.ts'

/** A runner that has not written its process mark within this time never started. */
const startSecondsMax = 15

/** No attempt starts if the file system has room for fewer files: a build root alone has thousands. */
const freeFilesMin = 20_000

const unknownClaim = { owner: '', module: '', seconds: null }

/** The queued attempts by their ids, each with what it waits for. */
export type QueuedAttempts = ReadonlyMap<number, string>

export type AttemptLook =
  | { state: 'queued'; reason: string }
  | { state: 'running'; phase: string }
  | { state: 'ended'; result: AttemptResult }

/**
 * The attempts on this machine, as folders and marks in folders, so that any number of service processes see the same
 * state. `queued/ID` and `running/ID` are files with the attempt's claim; `ID/` is the attempt's own folder. The number
 * of running attempts is limited.
 */
export class AttemptQueue {
  private readonly folder: string
  private readonly runningMax: number
  private readonly freeBytesMin: number

  /**
   * @param runningMax maximum number of running attempts
   * @param freeBytesMin no attempt starts while the file system has less than this free
   */
  constructor(folder: string, runningMax: number, freeBytesMin: number) {
    this.folder = folder
    this.runningMax = runningMax
    this.freeBytesMin = freeBytesMin
  }

  files(id: number) {
    return attemptFiles(this.attempt(id))
  }

  /** Queues an attempt, once. An attempt that is queued, runs or has ended stays as it is, if it is the same one. */
  async add(id: number, request: AttemptRequest, claim: Omit<Claim, 'id'>): Promise<void> {
    await mkdir(path.join(this.folder, 'queued'), { recursive: true })
    await mkdir(path.join(this.folder, 'running'), { recursive: true })
    // Two processes may add the same attempt, one of them late: the second one finds the request.
    await this.exclusively(async () => {
      const known = await readIfPresent(this.files(id).request)
      // The database was restored from a copy: an earlier attempt had this number, and no row knows it any more.
      if (known !== undefined && !isSame(known, request)) await this.forget(id)
      else if (known !== undefined || (await this.hasEnded(id))) return
      await mkdir(this.attempt(id), { recursive: true })
      // The mark is written first: a request without a mark would never run.
      await writeFileAtomically(this.mark('queued', id), JSON.stringify(claim))
      await writeFileAtomically(this.files(id).request, JSON.stringify(request))
    })
    await this.startNext()
  }

  /** @param queued the queued attempts, if the caller looks at several attempts */
  async look(id: number, queued?: Promise<QueuedAttempts>): Promise<AttemptLook> {
    const files = this.files(id)
    const result = await readIfPresent(files.result)
    if (result !== undefined) {
      await rm(this.mark('running', id), { force: true })
      await removeUnfinished(this.attempt(id))
      return { state: 'ended', result: parsed(result) }
    }
    const reason = (await (queued ?? this.queued())).get(id)
    if (reason !== undefined) return { state: 'queued', reason }
    if (await this.isGone(id)) return this.lookAgainAtGone(id)
    const status = await readIfPresent(files.status)
    if (status === undefined) return { state: 'running', phase: 'starting' }
    const { phase, trouble } = JSON.parse(status) as AttemptStatus
    return { state: 'running', phase: trouble === undefined ? phase : `${phase} (${trouble})` }
  }

  /** Returns the queued attempts. */
  async queued(): Promise<QueuedAttempts> {
    const claims = await this.claims('queued')
    if (claims.length === 0) return new Map()
    const trouble = await this.diskTrouble()
    if (trouble !== undefined) return new Map(claims.map(({ id }) => [id, trouble]))
    const running = await this.running()
    const order = fairOrder(claims, running)
    const starts = expectedStarts(order, running, this.runningMax, await this.fileClock())
    return new Map(
      order.map(({ id }, place) => {
        const start = starts[place]
        const expected =
          start === undefined
            ? ''
            : `; it is expected to start in about ${Math.max(1, Math.round(start / 60))} min`
        return [id, `a free builder (place ${place + 1} of ${order.length} in the queue${expected})`]
      }),
    )
  }

  /**
   * Calls `wake` when a runner of any process has ended its attempt. Where the kernel cannot watch the file, it never
   * calls it.
   *
   * @returns the function that ends the watch
   */
  async watchEnds(wake: () => void): Promise<() => Promise<void>> {
    await mkdir(this.folder, { recursive: true })
    const file = endsFile(this.folder)
    await (await open(file, 'a')).close()
    try {
      const watcher = watch(file, { persistent: false }, wake)
      watcher.on('error', () => watcher.close())
      return async () => {
        watcher.close()
        await Promise.resolve()
      }
    } catch {
      // The machine has no watch left, or its file system has none.
      return () => Promise.resolve()
    }
  }

  /** Returns a sentence about low disk space, if there is too little. */
  private async diskTrouble(): Promise<string | undefined> {
    const { bavail, bsize, files, ffree } = await statfs(this.folder)
    // Some file systems do not count their files.
    if (files > 0 && ffree < freeFilesMin)
      return `space on the disk: ${this.folder} has room for ${ffree} more files only`
    if (bavail * bsize >= this.freeBytesMin) return undefined
    const megabytes = (bytes: number) => Math.floor(bytes / 1024 / 1024)
    return (
      `space on the disk: ${this.folder} has ${megabytes(bavail * bsize)} MB left, ` +
      `builder.diskFreeMegabytesMin asks for ${megabytes(this.freeBytesMin)}`
    )
  }

  /** Looks again at an attempt whose runner is gone: the runner may have written its result between two looks. */
  private async lookAgainAtGone(id: number): Promise<AttemptLook> {
    await this.end(id, `its runner was killed or did not start; see ${this.files(id).runnerLog}`)
    return { state: 'ended', result: parsed((await readIfPresent(this.files(id).result)) ?? '') }
  }

  /** Starts queued attempts in their fair order, while there is room. */
  async startNext(): Promise<void> {
    if ((await this.ids('queued')).length === 0 || (await this.diskTrouble()) !== undefined) return
    await this.exclusively(async () => {
      const running = await this.running()
      let room = this.runningMax - running.length
      for (const { id } of fairOrder(await this.claims('queued'), running)) {
        if (room <= 0) return
        if ((await readIfPresent(this.files(id).request)) === undefined) continue
        room--
        await rename(this.mark('queued', id), this.mark('running', id))
        await this.start(id)
      }
    })
  }

  /** Kills the runner and all its processes. An attempt that is queued, or not even queued, never starts. */
  async stop(id: number): Promise<void> {
    await mkdir(this.folder, { recursive: true })
    await this.end(id, 'it was cancelled')
  }

  /** Ends an attempt for good, as lost if it has no result. */
  private async end(id: number, reason: string): Promise<void> {
    // No attempt starts meanwhile.
    await this.exclusively(() => this.endAlone(id, reason))
    await tellEnd(this.folder)
    await removeTree(this.files(id).work)
  }

  /** Does this under the lock. */
  private async endAlone(id: number, reason: string): Promise<void> {
    await rm(this.mark('queued', id), { force: true })
    await this.kill(id)
    if (!(await this.hasEnded(id))) {
      const lost: AttemptResult = { state: 'lost', reason }
      await writeFileAtomically(this.files(id).result, JSON.stringify(lost))
      // A runner that was slow to start first writes its mark and then looks for a result: either it has seen this one,
      // or its mark is there by now.
      await this.kill(id)
    }
    await rm(this.mark('running', id), { force: true })
    await removeUnfinished(this.attempt(id))
  }

  /** Removes everything about an attempt. The caller holds the lock. */
  private async forget(id: number): Promise<void> {
    await this.endAlone(id, 'it is forgotten')
    await removeTree(this.attempt(id))
  }

  /** Kills the attempt's runner with all its processes, if it runs. */
  private async kill(id: number): Promise<void> {
    const mark = await this.processOf(id)
    if (mark === undefined || !(await isRunning(mark))) return
    killGroup(mark.pid)
    // Only after the runner's end is it certain whether it wrote a result.
    while (await isRunning(mark)) await setTimeout(10)
  }

  private async hasEnded(id: number): Promise<boolean> {
    return (await readIfPresent(this.files(id).result)) !== undefined
  }

  /** Runs work under a lock: only one process at a time starts or stops attempts. */
  private async exclusively(work: () => Promise<void>): Promise<void> {
    await withFileLock(path.join(this.folder, 'start.lock'), work)
  }

  private async start(id: number): Promise<void> {
    const files = this.files(id)
    const log = await open(files.runnerLog, 'a')
    const runner = path.join(import.meta.dirname, 'runner.ts')
    // The lock lives as long as the runner: a second runner of the same attempt ends at once.
    const child = spawn(
      'flock',
      ['--exclusive', '--nonblock', '--no-fork', files.lock, process.execPath, runner, this.attempt(id)],
      {
        detached: true,
        stdio: ['ignore', log.fd, log.fd],
        cwd: '/',
        env: environmentForPrograms(),
      },
    )
    child.on('error', () => undefined)
    child.unref()
    await log.close()
    const mark = child.pid === undefined ? undefined : await markOf(child.pid)
    if (mark !== undefined) await writeFileAtomically(files.process, JSON.stringify(mark))
  }

  /** Returns the running attempts, and since when each runs. */
  private async running(): Promise<RunningClaim[]> {
    const claims = await Promise.all(
      (await this.claims('running')).map(async (claim) => {
        // An attempt whose files cannot be read counts as running. It must not keep others from their start. A runner
        // that has written its result ends at once.
        const isOver = async () => (await this.hasEnded(claim.id)) || (await this.isGone(claim.id))
        if (await isOver().catch(() => false)) return []
        const marked = await stat(this.mark('running', claim.id)).catch(() => undefined)
        return marked === undefined ? [] : [{ ...claim, since: marked.ctimeMs }]
      }),
    )
    return claims.flat()
  }

  private async claims(kind: 'queued' | 'running'): Promise<Claim[]> {
    return Promise.all(
      (await this.ids(kind)).map(async (id) => {
        // Marks of earlier versions are empty, and a damaged disk may hold anything.
        const claim = await readFile(this.mark(kind, id), 'utf8')
          .then((text) => JSON.parse(text) as Omit<Claim, 'id'>)
          .catch(() => unknownClaim)
        return { ...claim, id }
      }),
    )
  }

  private async isGone(id: number): Promise<boolean> {
    const mark = await this.processOf(id)
    if (mark !== undefined) return !(await isRunning(mark))
    const marked = await stat(this.mark('running', id)).catch(() => undefined)
    const now = await this.fileClock()
    // Uses ctime, because a rename from `queued` keeps the time of the content.
    return marked === undefined || now - marked.ctimeMs > startSecondsMax * 1000
  }

  /** Returns the file system's own time, for comparison with its marks. */
  private async fileClock(): Promise<number> {
    const file = path.join(this.folder, 'clock')
    await writeFile(file, '')
    return (await stat(file)).mtimeMs
  }

  private async processOf(id: number): Promise<ProcessMark | undefined> {
    const text = await readIfPresent(this.files(id).process)
    if (text === undefined) return undefined
    try {
      return JSON.parse(text) as ProcessMark
    } catch {
      // A damaged disk. Without a mark the attempt counts as gone, and its component is built again.
      return undefined
    }
  }

  private async ids(kind: 'queued' | 'running'): Promise<number[]> {
    const names = await readdir(path.join(this.folder, kind)).catch(() => [])
    return names
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .sort((a, b) => a - b)
  }

  private mark(kind: 'queued' | 'running', id: number): string {
    return path.join(this.folder, kind, String(id))
  }

  private attempt(id: number): string {
    return path.join(this.folder, String(id))
  }
}

/** Returns whether a stored request is for the same component of the same module build. */
function isSame(known: string, request: AttemptRequest): boolean {
  const identity = ({ package: name, release, source }: AttemptRequest) => {
    const what =
      source.kind === 'dist-git'
        ? [source.url, source.commit]
        : source.kind === 'srpm'
          ? [source.file]
          : [source.files]
    return JSON.stringify([name, release.distTag, source.kind, what])
  }
  try {
    return identity(JSON.parse(known) as AttemptRequest) === identity(request)
  } catch {
    // It is damaged, so the attempt ends as lost; or it is of an earlier version of the service.
    return true
  }
}

function parsed(result: string): AttemptResult {
  try {
    return JSON.parse(result) as AttemptResult
  } catch {
    return { state: 'lost', reason: 'its results cannot be read' }
  }
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}
