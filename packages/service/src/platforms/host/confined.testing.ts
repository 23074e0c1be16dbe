import { spawn } from 'node:child_process'
import type { RunConfined } from './types.ts'

/** The user that runs programs when the tests themselves run as root. */
export const buildUser = 64_000

interface Answer {
  code: number
  stdout: string
  stderr: string
}

function sandboxed(args: string[], env: Record<string, string>, stdin = ''): Promise<Answer> {
  const user = String(buildUser)
  const asBuildUser = ['setpriv', '--reuid', user, '--regid', user, '--clear-groups', '--']
  const [program = '', ...rest] = [
    ...(process.getuid?.() === 0 ? asBuildUser : []),
    ...['bwrap', '--unshare-all', '--die-with-parent', ...args],
  ]
  return new Promise((resolve, reject) => {
    const child = spawn(program, rest, { env: { PATH: process.env['PATH'], ...env } })
    const out: Buffer[] = []
    const err: Buffer[] = []
    child.stdout.on('data', (part: Buffer) => out.push(part))
    child.stderr.on('data', (part: Buffer) => err.push(part))
    child.on('error', reject)
    child.on('close', (code) => {
      resolve({
        code: code ?? 128,
        stdout: Buffer.concat(out).toString(),
        stderr: Buffer.concat(err).toString(),
      })
    })
    // A program that does not read its input closes the pipe. Its exit code is sufficient.
    child.stdin.on('error', () => undefined)
    child.stdin.end(stdin)
  })
}

/** Runs programs confined for tests: bubblewrap, one user mapped to root, the host read-only. */
export const runConfined: RunConfined = (argv, { cwd, env, stdin, writable }) =>
  sandboxed(
    [
      ...['--uid', '0', '--gid', '0', '--cap-add', 'ALL', '--ro-bind', '/', '/'],
      ...['--dev', '/dev', '--proc', '/proc', '--tmpfs', '/tmp'],
      ...writable.flatMap((folder) => ['--bind', folder, folder]),
      ...(cwd === undefined ? [] : ['--chdir', cwd]),
      ...argv,
    ],
    env ?? {},
    stdin,
  )

/** Runs a program inside an installed root as the root's build user. `home` is the only folder that persists. */
export function runInRoot(root: string, home: string, argv: string[]): Promise<Answer> {
  return sandboxed(
    [
      ...['--uid', '1000', '--gid', '1000', '--ro-bind', root, '/', '--dev', '/dev', '--proc', '/proc'],
      ...['--perms', '1777', '--tmpfs', '/tmp', '--perms', '1777', '--tmpfs', '/var/tmp'],
      ...['--perms', '0755', '--tmpfs', '/home', '--bind', home, '/home/build', '--chdir', '/home/build'],
      ...argv,
    ],
    { PATH: '/usr/bin:/usr/sbin', HOME: '/home/build', LANG: 'C.UTF-8' },
  )
}
