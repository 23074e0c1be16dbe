import { readdir, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { execa } from 'execa'
import { systemClock } from '../clock.ts'
import { crossing } from '../crash-points.ts'
import { environmentForPrograms } from '../environment.ts'
import { InfraError, UserError } from '../errors.ts'
import { isMissing, readIfPresent, writeFileAtomically } from '../files.ts'
import { Pool } from '../pool.ts'

/** Settings under which git asks nobody, reads no foreign configuration and takes no other transport. */
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
  // Who is allowed is a matter of URLs: a server does not send us on to another.
  '-c',
  'http.followRedirects=false',
  // Larger files are not held in memory.
  '-c',
  'core.bigFileThreshold=8m',
]

/** However many components are asked for, at most so many gits run for this process. */
const gits = new Pool(24)

/** What a git and each of its helpers may hold in memory, and how large a file may be that it writes: a pack. */
const memoryBytesMax = 1024 ** 3
const packBytesMax = 4 * 1024 ** 3

/** With this timeout(1) ends when what it has started was out of time. */
const outOfTimeCode = 124

/** More is printed by no git that is asked for what we ask for. */
const outputBytesMax = 64 * 1024 * 1024

export interface GitOptions {
  timeoutSeconds: number
  gitDir?: string
  signal?: AbortSignal
  /** It is ended when it prints more, and this is what is too long then. */
  bytesMax?: number
  what?: string
}

/**
 * Runs git; a failing git is a result. What came from outside goes behind `--` in `args`.
 *
 * @throws UserError (422) when it prints more than it may: what it prints is what somebody has committed
 */
export async function git(
  args: readonly string[],
  options: GitOptions,
): Promise<{ code: number; stdout: string; stderr: string }> {
  const { bytesMax = outputBytesMax, what = `what git ${args[0] ?? ''} prints` } = options
  const result = await crossing('git', args[0] ?? '', () =>
    gits.run(() => execa(program, [...argv(options), ...args], { ...common(options), maxBuffer: bytesMax })),
  )
  if (result.exitCode === outOfTimeCode) throw outOfTime(options)
  if (result.isMaxBuffer)
    throw new UserError(
      422,
      `${what} is larger than ${bytesMax / 1024 / 1024} MB, which is too large to be read`,
    )
  return { code: result.exitCode ?? 1, stdout: result.stdout, stderr: result.stderr }
}

/**
 * Runs git and hands over what it prints as it comes.
 *
 * @param take throws when it has had enough; git is ended then
 */
export async function streamGit(
  args: readonly string[],
  options: GitOptions,
  take: (chunk: Buffer) => void,
): Promise<void> {
  await crossing('git', args[0] ?? '', async () => {
    const child = execa(program, [...argv(options), ...args], { ...common(options), buffer: false })
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
 * What stands in `info/attributes` comes before the attributes that a commit gives its files: those would leave files
 * out, put any number of bytes into them, or write others than were committed.
 */
const attributes = '* -export-ignore -export-subst -filter -ident -text -crlf -eol -working-tree-encoding\n'

/** Unpacks the tree of a commit into a folder: the files as they were committed. */
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
 * The command line of git, up to its command. Git asks helpers of its own over the network, which would outlive it and
 * go on reading: timeout(1) makes a process group, of which all are ended together, in time (though we may be gone by
 * then) or when it is told to end. First they are asked, so that they remove their locks.
 */
function argv({ timeoutSeconds, gitDir }: GitOptions): string[] {
  return [
    ...['--kill-after=1', String(timeoutSeconds)],
    ...['prlimit', `--data=${memoryBytesMax}`, `--fsize=${packBytesMax}`, '--'],
    ...['git', ...configuration, ...(gitDir === undefined ? [] : [`--git-dir=${gitDir}`])],
  ]
}

/** The environment of git: none of our secrets. */
function own() {
  return { env: { ...environmentForPrograms(), ...environment }, extendEnv: false } as const
}

function common({ signal }: GitOptions) {
  return {
    ...own(),
    reject: false,
    ...(signal === undefined ? {} : { cancelSignal: signal }),
    stripFinalNewline: true,
  } as const
}

function outOfTime({ timeoutSeconds }: GitOptions): InfraError {
  return new InfraError('dist-git', `git took longer than ${timeoutSeconds} s`)
}

/**
 * Removes what fetches have left in a repository that were cut off: git keeps it for ever. No fetch writes longer than
 * its time, so what is older belongs to none that runs.
 */
export async function removeCutOff(gitDir: string, timeoutSeconds: number): Promise<void> {
  const objects = path.join(gitDir, 'objects')
  const names = await readdir(objects, { recursive: true }).catch((error: unknown) => {
    // Git has just removed an empty folder: the next fetch looks again.
    if (isMissing(error)) return []
    throw error
  })
  const begun = names.filter((name) => path.basename(name).startsWith('tmp_'))
  for (const name of begun) {
    const file = path.join(objects, name)
    // Another fetch may have ended since.
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
      `"${url}" is no URL of a git repository; use https://, git:// or file://`,
      'scmurl',
    )
}

/** git's words for a server that sends it elsewhere. */
export function meansRedirect(stderr: string): boolean {
  return /The requested URL returned error: 30[1-8]/.test(stderr)
}

/** git's words for a repository that is not there or may not be read, as opposed to a network that is away. */
export function meansNoRepository(stderr: string): boolean {
  return /not found|does not (?:appear to be a git repository|exist)|not a git repository|Authentication failed|could not read Username|access denied/i.test(
    stderr,
  )
}
