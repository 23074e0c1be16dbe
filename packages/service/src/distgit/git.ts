import { execa } from 'execa'
import { crossing } from '../crash-points.ts'
import { environmentForPrograms } from '../environment.ts'
import { InfraError, UserError } from '../errors.ts'

/** Settings under which git asks nobody, reads no foreign configuration and takes no other transport. */
const environment = {
  GIT_TERMINAL_PROMPT: '0',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_ALLOW_PROTOCOL: 'file:http:https:git:ssh',
  GIT_ASKPASS: '/bin/false',
  LC_ALL: 'C',
}

const lowSpeed = [
  '-c',
  'http.lowSpeedLimit=1000',
  '-c',
  'http.lowSpeedTime=30',
  '-c',
  'core.hooksPath=/dev/null',
]

/** Runs git; a failing git is a result. What came from outside goes behind `--` in `args`. */
export async function git(
  args: readonly string[],
  options: { timeoutSeconds: number; gitDir?: string; signal?: AbortSignal },
): Promise<{ code: number; stdout: string; stderr: string }> {
  const place = options.gitDir === undefined ? [] : [`--git-dir=${options.gitDir}`]
  const result = await crossing('git', args[0] ?? '', () =>
    execa('git', [...lowSpeed, ...place, ...args], {
      env: { ...environmentForPrograms(), ...environment },
      extendEnv: false,
      reject: false,
      timeout: options.timeoutSeconds * 1000,
      forceKillAfterDelay: 1000,
      ...(options.signal === undefined ? {} : { cancelSignal: options.signal }),
      stripFinalNewline: true,
      maxBuffer: 64 * 1024 * 1024,
    }),
  )
  if (result.timedOut) throw new InfraError('dist-git', `git took longer than ${options.timeoutSeconds} s`)
  return { code: result.exitCode ?? 1, stdout: result.stdout, stderr: result.stderr }
}

/** Unpacks the tree of a commit into a folder. */
export async function unpackCommit(
  gitDir: string,
  commit: string,
  folder: string,
  timeoutSeconds: number,
): Promise<void> {
  await crossing('git', 'archive', async () => {
    const archive = execa('git', [`--git-dir=${gitDir}`, 'archive', '--format=tar', commit], {
      buffer: false,
      env: environmentForPrograms(),
      extendEnv: false,
      timeout: timeoutSeconds * 1000,
    })
    await archive.pipe('tar', ['--extract', '--no-same-owner', '--directory', folder])
  })
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

/** git's words for a repository that is not there or may not be read, as opposed to a network that is away. */
export function meansNoRepository(stderr: string): boolean {
  return /not found|does not (?:appear to be a git repository|exist)|not a git repository|Authentication failed|could not read Username|access denied/i.test(
    stderr,
  )
}
