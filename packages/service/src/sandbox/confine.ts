import { lstatSync, readlinkSync } from 'node:fs'

/** What the confined program sees as `/`. */
export type ConfinedRoot =
  /** The system folders of this host, read-only: for dnf, rpmbuild of the platform, the resolver. */
  | { kind: 'host' }
  /** Layers, topmost first, with a folder that takes what is written. All belong to the build user. */
  | { kind: 'layers'; lower: readonly string[]; upper: string; work: string; mountPoint: string }

export interface Bind {
  path: string
  /** Where it appears; the same path by default. */
  at?: string
  writable: boolean
}

export interface Confinement {
  root: ConfinedRoot
  /** `root` is uid 0 of a namespace of one user, `builder` uid 1000 without any capability. */
  identity: 'root' | 'builder'
  binds?: readonly Bind[]
  /** May the program write outside of `binds` and /tmp (into `upper`)? */
  writableRoot?: boolean
  /** Only for fetching metadata and packages of a platform's repositories. */
  network?: boolean
  /** A daemon: it goes on when we are killed. Everything else ends with us. */
  outlivesParent?: boolean
  /** On a terminal of its own, which is shown on ours: for people who work in there. */
  terminal?: boolean
  cwd?: string
  env?: Readonly<Record<string, string>>
}

/** The descriptor under which the seccomp filter is handed to bubblewrap. */
export const seccompDescriptor = 3

/**
 * The command line that runs `argv` confined.
 *
 * It is the same for root and for everybody else: root first becomes the unprivileged build user. That user makes
 * a user namespace (in which overlays can be mounted), and bubblewrap a second one inside it, without network and
 * without a way to make a third. Mounts live in namespaces that end with the program: nothing is left behind.
 *
 * @param buildUser the uid to become, or undefined to stay who we are
 */
export function confinedCommand(
  confinement: Confinement,
  argv: readonly string[],
  buildUser?: number,
): string[] {
  const { root } = confinement
  const drop =
    buildUser === undefined
      ? []
      : ['setpriv', `--reuid=${buildUser}`, `--regid=${buildUser}`, '--clear-groups', '--']
  const bubblewrap = ['bwrap', ...bubblewrapOptions(confinement), '--', ...argv]
  const attach = confinement.terminal === true ? onTerminal : (words: string[]) => words
  if (root.kind === 'host') return [...drop, ...attach(bubblewrap)]
  const layers = `lowerdir=${root.lower.join(':')},upperdir=${root.upper},workdir=${root.work},userxattr`
  const mountThenRun = 'mount -t overlay overlay -o "$1" "$2" && shift 2 && exec "$@"'
  return [
    ...drop,
    ...attach([
      ...['unshare', '--user', '--map-root-user', '--mount', '--propagation', 'private', '--'],
      ...['sh', '-c', mountThenRun, 'mount-then-run', layers, root.mountPoint],
      ...bubblewrap,
    ]),
  ]
}

/**
 * Runs a program on a terminal of its own, of which script(1) copies what is typed and shown. Nothing in the sandbox
 * ever holds our terminal: what is pushed into its terminal (TIOCSTI) or set there ends with it, and script puts ours
 * back as it was. script is the build user too, for whom the terminal can then be opened by name.
 */
function onTerminal(argv: readonly string[]): string[] {
  const words = argv.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ')
  return [
    // It runs its command by $SHELL, which may be one that quotes differently.
    ...['env', 'SHELL=/bin/sh'],
    // bubblewrap dies with script, which would not die with us.
    ...['setpriv', '--pdeathsig', 'TERM', '--'],
    ...['script', '--quiet', '--return', '--command', `exec ${words}`, '/dev/null'],
  ]
}

function bubblewrapOptions(confinement: Confinement): string[] {
  const { root, identity, env } = confinement
  const id = identity === 'root' ? '0' : '1000'
  const options = ['--unshare-all', '--unshare-user', '--disable-userns']
  // A terminal of its own comes with a session, which it must lead for Ctrl-C and jobs to work.
  if (confinement.terminal !== true) options.push('--new-session')
  if (confinement.outlivesParent !== true) options.push('--die-with-parent')
  options.push('--uid', id, '--gid', id, '--hostname', 'localhost', '--seccomp', String(seccompDescriptor))
  if (confinement.network === true) options.push('--share-net')
  // bubblewrap takes all capabilities from uid 0 too; an installation needs them, inside its own namespace only.
  if (identity === 'root') options.push('--cap-add', 'ALL')
  if (root.kind === 'host') options.push(...hostFolders())
  else options.push(confinement.writableRoot === true ? '--bind' : '--ro-bind', root.mountPoint, '/')
  options.push(
    '--proc',
    '/proc',
    '--dev',
    '/dev',
    '--perms',
    '1777',
    '--tmpfs',
    '/tmp',
    '--perms',
    '1777',
    '--tmpfs',
    '/var/tmp',
  )
  for (const bind of confinement.binds ?? [])
    options.push(bind.writable ? '--bind' : '--ro-bind', bind.path, bind.at ?? bind.path)
  options.push('--clearenv')
  const environment = {
    PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
    LANG: 'C.UTF-8',
    HOME: '/tmp',
    TMPDIR: '/var/tmp',
    ...env,
  }
  for (const [name, value] of Object.entries(environment)) options.push('--setenv', name, value)
  if (confinement.cwd !== undefined) options.push('--chdir', confinement.cwd)
  return options
}

/** The system as its programs expect it, without anybody's home, data or secrets. */
function hostFolders(): string[] {
  const options = ['--ro-bind', '/usr', '/usr', '--ro-bind', '/etc', '/etc']
  for (const name of ['/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32']) {
    const found = lstatSync(name, { throwIfNoEntry: false })
    if (found?.isSymbolicLink() === true) options.push('--symlink', readlinkSync(name), name)
    else if (found !== undefined) options.push('--ro-bind', name, name)
  }
  for (const name of ['/var/lib/dpkg', '/var/lib/rpm', '/opt']) options.push('--ro-bind-try', name, name)
  return options
}
