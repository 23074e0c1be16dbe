import { lstatSync, readlinkSync } from 'node:fs'
import path from 'node:path'
import type { Limits } from './limits.ts'

/** What the confined program sees as `/`. */
export type ConfinedRoot =
  /** The system folders of this host, read-only: for dnf, rpmbuild of the platform, the resolver. */
  | { kind: 'host' }
  /**
   * Layers, topmost first, and a folder of the build user's for what is written: that is then in its `upper`. It may hold
   * more; `overlay`, `root` and names that begin with them are ours.
   */
  | { kind: 'layers'; lower: readonly string[]; folder: string }

/** Something that the confined program is shown; over layers it is a folder, and a writable one is in theirs. */
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
  /** Only for fetching metadata and packages of a platform's repositories: nothing of a package may run then. */
  network?: boolean
  /** A daemon: it goes on when we are killed. Everything else ends with us. */
  outlivesParent?: boolean
  /** On a terminal of its own, which is shown on ours: for people who work in there. */
  terminal?: boolean
  cwd?: string
  env?: Readonly<Record<string, string>>
}

/** A program to start, with what it reads on its descriptors from 3 on. */
export interface ConfinedCommand {
  argv: string[]
  inputs: Buffer[]
}

/** The folders that bubblewrap itself mounts in a root: like those of binds they must be what they seem. */
const ownMounts = ['/proc', '/dev', '/tmp', '/var/tmp']

/**
 * Where in the outer sandbox the layers are, what is written, the folders that are shown, as they are and as overlays,
 * and one with nothing in it.
 */
const outer = {
  lower: '/sandbox/lower',
  work: '/sandbox/work',
  shown: '/sandbox/shown',
  seen: '/sandbox/seen',
  empty: '/sandbox/empty',
}

type Layers = Extract<ConfinedRoot, { kind: 'layers' }>

/** The paths in a root at which something is mounted. */
export function mountTargets({ binds = [] }: Confinement): string[] {
  return [...ownMounts, ...binds.map((bind) => bind.at ?? bind.path)]
}

/**
 * The command that runs `argv` confined.
 *
 * It is the same for root and for everybody else: root first becomes the unprivileged build user. Over layers that user
 * starts bubblewrap twice. The outer sandbox has the programs that are needed to go on, and the layers, read-only; in a
 * user namespace of its own the overlays are mounted there. The inner one has the result as its root, without network and
 * without a way to make another namespace. So whatever a link in a build root leads to, there is nothing of the host to
 * be found or changed; and all that the program sees is an overlay with a neutral name, because a bind would tell the
 * path of its folder in /proc/self/mountinfo. Mounts live in namespaces that end with the program: nothing is left
 * behind.
 *
 * Options are handed over by descriptors: command lines can be read by whoever is in the sandbox, and by every user of
 * this machine.
 *
 * @param filter the program for seccomp
 * @param buildUser the uid to become, or undefined to stay who we are
 */
export function confinedCommand(
  confinement: Confinement,
  argv: readonly string[],
  filter: Buffer,
  { uid: buildUser, limits }: { uid: number | undefined; limits?: Limits | undefined },
): ConfinedCommand {
  const inputs = [filter, optionsAsInput(innerOptions(confinement, 3))]
  const bubblewrap = [...limited(limits), 'bwrap', '--args', '4', '--', ...argv]
  const { root } = confinement
  const words =
    root.kind === 'host'
      ? inNamespace([], [], bubblewrap)
      : ['bwrap', '--args', '5', '--', ...inNamespace(['--mount'], overlays(root, confinement), bubblewrap)]
  if (root.kind === 'layers') inputs.push(optionsAsInput(outerOptions(root, confinement)))
  const drop =
    buildUser === undefined
      ? []
      : ['setpriv', `--reuid=${buildUser}`, `--regid=${buildUser}`, '--clear-groups', '--']
  return { argv: [...drop, ...(confinement.terminal === true ? onTerminal(words) : words)], inputs }
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

/**
 * A user namespace of its own, whose processes are counted apart from those of the same user elsewhere. When memory runs
 * out, the kernel takes it from what runs here.
 *
 * @param mounts options of an overlay and its place, in turn
 */
function inNamespace(
  unshare: readonly string[],
  mounts: readonly string[],
  argv: readonly string[],
): string[] {
  const script =
    'echo 500 > /proc/self/oom_score_adj; ' +
    'while [ "$1" != -- ]; do mount -t overlay overlay -o "$1" "$2" || exit 125; shift 2; done; shift; exec "$@"'
  return [
    ...['unshare', '--user', '--map-root-user', ...unshare],
    ...(unshare.length === 0 ? [] : ['--propagation', 'private']),
    ...['--', 'sh', '-c', script, 'mount-then-run', ...mounts, '--', ...argv],
  ]
}

function limited(limits: Limits | undefined): string[] {
  if (limits === undefined) return []
  const { processesMax, diskBytesMax } = limits
  // Some more than are allowed, so that whoever watches sees that they are too many.
  const processes = processesMax + Math.max(16, Math.ceil(processesMax / 8))
  return [
    'prlimit',
    `--nproc=${processes}:${processes}`,
    `--fsize=${diskBytesMax}:${diskBytesMax}`,
    '--core=0:0',
    '--',
  ]
}

/** The overlays of the outer sandbox: options and place of each, in turn. */
function overlays({ lower, folder }: Layers, { binds = [] }: Confinement): string[] {
  const { work } = outer
  const layers = lower.map((_, index) => `${outer.lower}/${index}`).join(':')
  const root = [`lowerdir=${layers},upperdir=${work}/upper,workdir=${work}/overlay,userxattr`, `${work}/root`]
  const shown = binds.flatMap((bind, index) => [
    bind.writable
      ? `lowerdir=${outer.empty},upperdir=${work}/${path.relative(folder, bind.path)},workdir=${work}/overlay-${index},userxattr`
      : `lowerdir=${outer.shown}/${index}:${outer.empty},userxattr`,
    `${outer.seen}/${index}`,
  ])
  return [...root, ...shown]
}

/** The outer sandbox of a build root: enough of the host to mount overlays and to start the inner one. */
function outerOptions(
  { lower, folder }: Layers,
  { binds = [], terminal, outlivesParent }: Confinement,
): string[] {
  const options = ['--unshare-user', ...(outlivesParent === true ? [] : ['--die-with-parent']), ...programs()]
  options.push('--ro-bind-try', '/etc/ld.so.cache', '/etc/ld.so.cache', '--bind', '/proc', '/proc')
  // A terminal is to be found under its name.
  options.push(...(terminal === true ? ['--dev-bind', '/dev', '/dev'] : ['--dev', '/dev']), '--tmpfs', '/tmp')
  for (const [index, layer] of lower.entries()) options.push('--ro-bind', layer, `${outer.lower}/${index}`)
  options.push('--bind', folder, outer.work, '--dir', outer.empty)
  for (const name of ['upper', 'overlay', 'root']) options.push('--dir', `${outer.work}/${name}`)
  for (const [index, bind] of binds.entries()) {
    options.push('--dir', `${outer.seen}/${index}`)
    if (!bind.writable) options.push('--ro-bind', bind.path, `${outer.shown}/${index}`)
    else options.push('--dir', `${outer.work}/overlay-${index}`)
  }
  return options
}

/** @param filter the descriptor that the seccomp filter is read from */
function innerOptions(confinement: Confinement, filter: number): string[] {
  const { root, identity, env, binds = [] } = confinement
  const id = identity === 'root' ? '0' : '1000'
  const options = ['--unshare-all', '--unshare-user', '--disable-userns']
  // A terminal of its own comes with a session, which it must lead for Ctrl-C and jobs to work.
  if (confinement.terminal !== true) options.push('--new-session')
  if (confinement.outlivesParent !== true) options.push('--die-with-parent')
  options.push('--uid', id, '--gid', id, '--hostname', 'localhost', '--seccomp', String(filter))
  if (confinement.network === true) options.push('--share-net')
  // bubblewrap takes all capabilities from uid 0 too; an installation needs them, inside its own namespace only.
  if (identity === 'root') options.push('--cap-add', 'ALL')
  if (root.kind === 'host') options.push(...hostFolders())
  else options.push(confinement.writableRoot === true ? '--bind' : '--ro-bind', `${outer.work}/root`, '/')
  options.push('--proc', '/proc', '--dev', '/dev')
  for (const folder of ['/tmp', '/var/tmp']) options.push('--perms', '1777', '--tmpfs', folder)
  for (const [index, bind] of binds.entries()) {
    const source = root.kind === 'host' ? bind.path : `${outer.seen}/${index}`
    options.push(bind.writable ? '--bind' : '--ro-bind', source, bind.at ?? bind.path)
  }
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

function optionsAsInput(options: readonly string[]): Buffer {
  return Buffer.from(options.map((option) => `${option}\0`).join(''))
}

/** Programs of this host with their libraries, read-only. */
function programs(): string[] {
  const options = ['--ro-bind', '/usr', '/usr']
  for (const name of ['/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32']) {
    const found = lstatSync(name, { throwIfNoEntry: false })
    if (found?.isSymbolicLink() === true) options.push('--symlink', readlinkSync(name), name)
    else if (found !== undefined) options.push('--ro-bind', name, name)
  }
  return options
}

/** The system as its programs expect it, without anybody's home, data or secrets. */
function hostFolders(): string[] {
  const options = [...programs(), '--ro-bind', '/etc', '/etc']
  for (const name of ['/var/lib/dpkg', '/var/lib/rpm', '/opt']) options.push('--ro-bind-try', name, name)
  return options
}
