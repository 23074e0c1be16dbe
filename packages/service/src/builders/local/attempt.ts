import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { BuildUser, Limits, Repository, ResolverPlace } from '../../sandbox/index.ts'
import type { ComponentSource } from '../generic-builder.ts'
import type { OwnRelease } from './own-release.ts'

/** All that a runner needs to know, written before it starts; it asks nobody else. */
export interface AttemptRequest {
  package: string
  source: ComponentSource
  /** Layers of the build root, topmost first. */
  layers: string[]
  repositories: Repository[]
  resolver: ResolverPlace
  /** Folders to be seen in the sandbox when packages are installed. */
  packageFolders: string[]
  /** A prefix or a template. */
  lookaside: string
  distGitCache: string
  gitTimeoutSeconds: number
  arch: string
  release: OwnRelease
  buildUserUid: number | null
  /** Requests of earlier versions have none. */
  limits?: Limits | undefined
  minutesMax: number
}

/** Who builds it. */
export function userOf({ buildUserUid, limits }: AttemptRequest): BuildUser {
  return { uid: buildUserUid ?? undefined, limits }
}

/** Where in its work a runner is. */
export interface AttemptStatus {
  phase: 'sources' | 'source package' | 'build requires' | 'rpmbuild' | 'results'
}

/** How an attempt ended. `rpms` are names of files in its folder `results`; times are the runner's own. */
export type AttemptResult =
  | {
      state: 'complete'
      rpms: string[]
      arch: string
      /** The URL and commit that its sources came from; null where we made them. */
      source: string | null
      /** Not there in results of runners of earlier versions. */
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
    /** What was installed, its sources and macros. */
    buildroot: path.join(folder, 'buildroot.json'),
    rootLog: path.join(folder, 'root.log'),
    buildLog: path.join(folder, 'build.log'),
    runnerLog: path.join(folder, 'runner.log'),
    work: path.join(folder, 'work'),
  }
}

/** A process, told apart from a later one with the same number by when it started. */
export interface ProcessMark {
  pid: number
  startTicks: string
}

export async function markOf(pid: number): Promise<ProcessMark | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
    // The name in parentheses may hold anything; fields count from behind it. starttime is the 22nd of all.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' ? undefined : { pid, startTicks: fields[19] ?? '' }
  } catch {
    return undefined
  }
}

export async function isRunning(mark: ProcessMark): Promise<boolean> {
  return (await markOf(mark.pid))?.startTicks === mark.startTicks
}
