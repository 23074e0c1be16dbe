import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { BuildUser, Limits, Repository, ResolverPlace } from '../../sandbox/index.ts'
import type { ComponentSource } from '../generic-builder.ts'
import type { OwnRelease } from './own-release.ts'

/**
 * Everything that a runner needs to know. It is written before the runner starts, so the runner asks no other service.
 */
export interface AttemptRequest {
  package: string
  source: ComponentSource
  /** Layers of the build root, topmost first. */
  layers: string[]
  repositories: Repository[]
  resolver: ResolverPlace
  /** Folders that the sandbox must see when packages are installed. */
  packageFolders: string[]
  /** A prefix or a template. */
  lookaside: string
  distGitCache: string
  gitTimeoutSeconds: number
  arch: string
  release: OwnRelease
  buildUserUid: number | null
  /** Missing in requests of earlier versions. */
  limits?: Limits | undefined
  minutesMax: number
}

/** Returns the user who builds. */
export function userOf({ buildUserUid, limits }: AttemptRequest): BuildUser {
  return { uid: buildUserUid ?? undefined, limits }
}

/** The present step of a runner. */
export interface AttemptStatus {
  phase: 'sources' | 'source package' | 'build requires' | 'rpmbuild' | 'results'
  /** The fault whose end the runner waits for. */
  trouble?: string
}

/** The end of an attempt. `rpms` are names of files in its folder `results`. The runner measures the times. */
export type AttemptResult =
  | {
      state: 'complete'
      rpms: string[]
      arch: string
      /** The URL and commit of its sources; null if they do not come from dist-git. */
      source: string | null
      /** Missing in results of runners of earlier versions. */
      release?: OwnRelease
      rpmbuildMs: number
      elapsedMs: number
    }
  | { state: 'failed'; reason: string; isMissing?: boolean }
  | { state: 'lost'; reason: string }

/** The files of one attempt's folder. */
export function attemptFiles(folder: string) {
  return {
    request: path.join(folder, 'request.json'),
    status: path.join(folder, 'status.json'),
    result: path.join(folder, 'result.json'),
    process: path.join(folder, 'process.json'),
    lock: path.join(folder, 'lock'),
    results: path.join(folder, 'results'),
    /** The installed packages, the sources and the macros. */
    buildroot: path.join(folder, 'buildroot.json'),
    rootLog: path.join(folder, 'root.log'),
    buildLog: path.join(folder, 'build.log'),
    runnerLog: path.join(folder, 'runner.log'),
    work: path.join(folder, 'work'),
  }
}

/** Returns the file that is touched when an attempt has its result. Services watch it, so that they need not look often. */
export function endsFile(attempts: string): string {
  return path.join(attempts, 'ends')
}

/** Tells every service on this machine that an attempt has its result. A failure is no matter: they look rarely, too. */
export async function tellEnd(attempts: string): Promise<void> {
  await writeFile(endsFile(attempts), '').catch(() => undefined)
}

/** Identifies a process. The start time distinguishes it from a later process with the same number. */
export interface ProcessMark {
  pid: number
  startTicks: string
}

export async function markOf(pid: number): Promise<ProcessMark | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
    // The name in parentheses may contain any character, so the fields are counted after its end. `starttime` is field
    // 22 in total.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' ? undefined : { pid, startTicks: fields[19] ?? '' }
  } catch {
    return undefined
  }
}

export async function isRunning(mark: ProcessMark): Promise<boolean> {
  return (await markOf(mark.pid))?.startTicks === mark.startTicks
}
