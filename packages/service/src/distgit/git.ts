import { spawn } from 'node:child_process'
import { readdir, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import type { Readable } from 'node:stream'
import { execa } from 'execa'
import { systemClock } from '../clock.ts'
import { crossing } from '../crash-points.ts'
import { environmentForPrograms } from '../environment.ts'
import { InfraError, UserError } from '../errors.ts'
import { isMissing, readIfPresent, writeFileAtomically } from '../files.ts'
import { Pool } from '../pool.ts'

/** With these settings git asks no questions, reads no foreign configuration and uses no other transport. */
const environment = {
  GIT_TERMINAL_PROMPT: '0',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_ALLOW_PROTOCOL: 'file:http:https:git:ssh',
  GIT_ASKPASS: '/bin/false',
  LC_ALL: 'C',
}

const configuration = [
  '-c',
  'http.lowSpeedLimit=1000',
  '-c',
  'http.lowSpeedTime=30',
  '-c',
  'core.hooksPath=/dev/null',
  // The allowed places are URLs, so a server must not redirect git to another place.
  '-c',
  'http.followRedirects=false',
  // Git does not hold larger files in memory.
  '-c',
  'core.bigFileThreshold=8m',
]

/** This process runs at most so many gits at a time, for any number of components. */
export const gits = new Pool(24)

/** Most memory of git and of each of its helpers, and the largest file that git may write: a pack. */
const memoryBytesMax = 1024 ** 3
const packBytesMax = 4 * 1024 ** 3

/** timeout(1) ends with this code when its program ran out of time. */
const outOfTimeCode = 124

/** No git command of this service prints more, except those that {@link streamGit} runs. */
const outputBytesMax = 64 * 1024 * 1024

export interface GitOptions {
  timeoutSeconds: number
  gitDir?: string
  signal?: AbortSignal
}

/**
 * Runs git. A failing git is a result, no error. Values from outside go after `--` in `args`.
 *
 * @throws UserError (422) when git prints too much: its output is the content of a commit
 */
export async function git(
  args: readonly string[],
  options: GitOptions,
): Promise<{ code: number; stdout: string; stderr: string }> {
  const name = args[0] ?? ''
  const { code, stdout, stderr, isTooLong } = await crossing('git', name, () =>
    gits.run(() => run([...argv(options), ...args], options.signal)),
  )
  if (code === outOfTimeCode) throw outOfTime(options)
  if (isTooLong)
    throw new UserError(422, `the output of git ${name} is larger than ${outputBytesMax / 1024 / 1024} MB`)
  return {
    code,
    stdout: stdout.replace(/\n$/, ''),
    // The server determines these lines, which could look like git's own.
    stderr: stderr.replaceAll(/^remote:.*\n?/gm, ''),
  }
}

/** Runs a program to its end. This is on the way of each submission, and execa costs as much as a small git. */
async function run(
  argv: readonly string[],
  signal: AbortSignal | undefined,
): Promise<{ code: number; stdout: string; stderr: string; isTooLong: boolean }> {
  const child = spawn(program, argv, {
    env: gitEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(signal === undefined ? {} : { signal }),
  })
  let isTooLong = false
  const textOf = async (stream: Readable) => {
    const chunks: Buffer[] = []
    let length = 0
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      length += chunk.length
      if (length > outputBytesMax) {
        isTooLong = true
        child.kill()
        break
      }
      chunks.push(chunk)
    }
    return Buffer.concat(chunks).toString('utf8')
  }
  const ended = new Promise<number>((resolve) => {
    child.once('error', () => resolve(1))
    child.once('close', (code) => resolve(code ?? 1))
  })
  const [stdout, stderr] = await Promise.all([textOf(child.stdout), textOf(child.stderr)])
  return { code: await ended, stdout, stderr, isTooLong }
}

/**
 * Runs git and passes its output on as it arrives.
 *
 * @param take throws when it needs no more; git is ended then
 */
export async function streamGit(
  args: readonly string[],
  options: GitOptions,
  take: (chunk: Buffer) => void,
): Promise<void> {
  await crossing('git', args[0] ?? '', async () => {
    const { signal } = options
    const child = execa(program, [...argv(options), ...args], {
      ...own(),
      reject: false,
      buffer: false,
      ...(signal === undefined ? {} : { cancelSignal: signal }),
    })
    try {
      for await (const chunk of child.stdout as AsyncIterable<Buffer>) take(chunk)
    } catch (error) {
      child.kill()
      throw error
    }
    const { exitCode } = await child
    if (exitCode === outOfTimeCode) throw outOfTime(options)
    if (exitCode !== 0) throw new InfraError('dist-git', `git ${args[0] ?? ''} failed`)
  })
}

/**
 * Git prefers `info/attributes` to the attributes that a commit gives its files. A commit's attributes could omit
 * files, insert any number of bytes, or write other bytes than the committed ones.
 */
const attributes = '* -export-ignore -export-subst -filter -ident -text -crlf -eol -working-tree-encoding\n'

/** Unpacks the tree of a commit into a folder: the files have the committed bytes. */
export async function unpackCommit(
  commit: string,
  folder: string,
  options: GitOptions & { gitDir: string },
): Promise<void> {
  const file = path.join(options.gitDir, 'info/attributes')
  if ((await readIfPresent(file)) !== attributes) await writeFileAtomically(file, attributes)
  await crossing('git', 'archive', async () => {
    const archive = execa(program, [...argv(options), 'archive', '--format=tar', commit], {
      ...own(),
      buffer: false,
    })
    await archive
      .pipe('tar', ['--extract', '--no-same-owner', '--directory', folder], own())
      .catch((cause: unknown) => {
        throw new InfraError('dist-git', `the commit ${commit} could not be unpacked`, { cause })
      })
  })
}

const program = 'timeout'

/**
 * Returns the command line up to git's command. Git starts network helpers, which would outlive it and go on reading.
 * timeout(1) makes a process group and ends all its processes together: when the time is over (even after the death of
 * this process), or when it is told to end. It first sends a signal that lets them remove their locks.
 */
function argv({ timeoutSeconds, gitDir }: GitOptions): string[] {
  return ['--kill-after=1', String(timeoutSeconds), ...limitedGit(gitDir)]
}

/** Returns the begin of a command line of git with its limits of memory and files, up to git's command. */
export function limitedGit(gitDir: string | undefined): [string, ...string[]] {
  return [
    ...(['prlimit', `--data=${memoryBytesMax}`, `--fsize=${packBytesMax}`, '--'] as const),
    ...['git', ...configuration, ...(gitDir === undefined ? [] : [`--git-dir=${gitDir}`])],
  ]
}

/** Returns the environment of git, without the service's secrets. */
export function gitEnvironment(): Record<string, string> {
  return { ...environmentForPrograms(), ...environment }
}

function own() {
  return { env: gitEnvironment(), extendEnv: false } as const
}

/** Git did not end in time. */
export class GitOutOfTime extends InfraError {}

function outOfTime({ timeoutSeconds }: GitOptions): GitOutOfTime {
  return new GitOutOfTime('dist-git', `git took longer than ${timeoutSeconds} s`)
}

/**
 * Removes the files that interrupted fetches have left in a repository; git itself would keep them for ever. No fetch
 * writes for longer than its time limit, so older files belong to no running fetch.
 */
export async function removeCutOff(gitDir: string, timeoutSeconds: number): Promise<void> {
  const objects = path.join(gitDir, 'objects')
  const names = await readdir(objects, { recursive: true }).catch((error: unknown) => {
    // Git has just removed an empty folder; the next fetch checks the repository again.
    if (isMissing(error)) return []
    throw error
  })
  const begun = names.filter((name) => path.basename(name).startsWith('tmp_'))
  for (const name of begun) {
    const file = path.join(objects, name)
    // Another fetch may have ended since, and removed the file.
    const found = await stat(file).catch(() => undefined)
    const age = found === undefined ? 0 : systemClock.now().getTime() - found.mtimeMs
    if (age > (2 * timeoutSeconds + 60) * 1000) await rm(file, { force: true, recursive: true })
  }
}

/** Refuses a URL that git would read as an option or run as a command. */
export function requireSafeUrl(url: string): void {
  if (!/^(?:git\+https?|https?|git|ssh|file):\/\/[^\s\0-\x1f-]/.test(url) || /[\s\0-\x1f]/.test(url))
    throw new UserError(
      400,
      `"${url}" is not the URL of a git repository; use https://, git:// or file://`,
      'scmurl',
    )
}

/** Recognises git's message about a server that redirects. */
export function meansRedirect(stderr: string): boolean {
  return /The requested URL returned error: 30[1-8]/.test(stderr)
}

/** Recognises git's message about a server that is unreachable, or that reports to be out of order. */
export function meansAway(stderr: string): boolean {
  return /Could not resolve host|Failed to connect|Couldn't connect|Connection (?:refused|timed out|reset)|Network is unreachable|No route to host|The requested URL returned error: 50[234]/i.test(
    stderr,
  )
}

/**
 * Recognises git's message about a repository that does not exist or may not be read, as opposed to a network fault.
 */
export function meansNoRepository(stderr: string): boolean {
  return /not found|does not (?:appear to be a git repository|exist)|not a git repository|Authentication failed|could not read Username|access denied/i.test(
    stderr,
  )
}
