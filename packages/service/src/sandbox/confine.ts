import { lstatSync, readlinkSync } from 'node:fs'
import path from 'node:path'
import type { Limits } from './limits.ts'

/** The root folder `/` of the confined program. */
export type ConfinedRoot =
  /** The system folders of this host, read-only: for dnf, the platform's rpmbuild, the resolver. */
  | { kind: 'host' }
  /**
   * Layers, topmost first, and a folder of the build user, which collects all writes in its `upper`. The folder may
   * contain other names; `overlay`, `root` and names that begin with them are reserved.
   */
  | { kind: 'layers'; lower: readonly string[]; folder: string }

/**
 * A file or folder that the confined program sees. With layers it is a folder; a writable one is inside the layers'
 * `folder`.
 */
export interface Bind {
  path: string
  /** Its path in the sandbox; default: the same path. */
  at?: string
  writable: boolean
}

export interface Confinement {
  root: ConfinedRoot
  /** `root` is uid 0 of a namespace with one user, `builder` is uid 1000 without any capability. */
  identity: 'root' | 'builder'
  binds?: readonly Bind[]
  /** Whether the program may write outside of `binds` and /tmp (into `upper`). */
  writableRoot?: boolean
  /** Only for fetching metadata and packages of a platform's repositories. No code of a package may run then. */
  network?: boolean
  /** The program is a daemon: it continues if the service is killed. Any other program ends with the service. */
  outlivesParent?: boolean
  /** Gives the program its own terminal, which is copied to ours, for people who work in the sandbox. */
  terminal?: boolean
  cwd?: string
  env?: Readonly<Record<string, string>>
}

/** A command to start, and the inputs that it reads from its descriptors, beginning with 3. */
export interface ConfinedCommand {
  argv: string[]
  inputs: Buffer[]
}

/** The folders that bubblewrap itself mounts in a root. Like the targets of binds they must be real folders. */
const ownMounts = ['/proc', '/dev', '/tmp', '/var/tmp']

/**
 * Paths in the outer sandbox: the layers, the folder for writes, the bound folders as they are (`shown`) and as
 * overlays (`seen`), and an empty folder.
 */
const outer = {
  lower: '/sandbox/lower',
  work: '/sandbox/work',
  shown: '/sandbox/shown',
  seen: '/sandbox/seen',
  empty: '/sandbox/empty',
}

type Layers = Extract<ConfinedRoot, { kind: 'layers' }>

/** Returns the paths in a root that something is mounted on. */
export function mountTargets({ binds = [] }: Confinement): string[] {
  return [...ownMounts, ...binds.map((bind) => bind.at ?? bind.path)]
}

/**
 * Returns the command that runs `argv` confined.
 *
 * It is the same for root and for other users: root first becomes the unprivileged build user. With layers, that user
 * starts bubblewrap twice. The outer sandbox contains the programs for the next steps and the layers, read-only; there
 * the overlays are mounted, in a user namespace of their own. The inner sandbox has the merged overlay as its root,
 * without network and without a way to make another namespace. So a link in a build root can lead to no file of the
 * host, neither to read nor to change it. All folders that the program sees are overlays with a neutral name, because a
 * bind would reveal the path of its folder in /proc/self/mountinfo. Mounts belong to namespaces that end with the
 * program, so no mount remains.
 *
 * Options are passed through descriptors, because programs in the sandbox and all users of this machine can read
 * command lines.
 *
 * @param filter the program for seccomp
 * @param buildUser the uid to become, or undefined to keep the present user
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
 * Runs a program on its own terminal; script(1) copies its input and output. No process in the sandbox ever has our
 * terminal: input pushed into the sandbox's terminal (TIOCSTI) and its settings end with it, and script restores our
 * terminal. script runs as the build user too, so that programs of that user can open the terminal by name.
 */
function onTerminal(argv: readonly string[]): string[] {
  const words = argv.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ')
  return [
    // script runs its command with $SHELL, which may be a shell with other quoting rules.
    ...['env', 'SHELL=/bin/sh'],
    // bubblewrap dies with script, but script would not die with the service.
    ...['setpriv', '--pdeathsig', 'TERM', '--'],
    ...['script', '--quiet', '--return', '--command', `exec ${words}`, '/dev/null'],
  ]
}

/** The exit code when an overlay could not be mounted. */
export const mountFailed = 125

/**
 * Runs a program in a user namespace of its own, whose processes are counted separately from other processes of the
 * same user. When memory runs out, the kernel kills processes in here first.
 *
 * @param mounts options of an overlay and its mount point, alternating
 */
function inNamespace(
  unshare: readonly string[],
  mounts: readonly string[],
  argv: readonly string[],
): string[] {
  const script =
    'echo 500 > /proc/self/oom_score_adj; ' +
    `while [ "$1" != -- ]; do mount -t overlay overlay -o "$1" "$2" || exit ${mountFailed}; shift 2; done; shift; exec "$@"`
  return [
    ...['unshare', '--user', '--map-root-user', ...unshare],
    ...(unshare.length === 0 ? [] : ['--propagation', 'private']),
    ...['--', 'sh', '-c', script, 'mount-then-run', ...mounts, '--', ...argv],
  ]
}

function limited(limits: Limits | undefined): string[] {
  if (limits === undefined) return []
  const { processesMax, diskBytesMax } = limits
  // The kernel's limit is a little higher than the allowed number, so that the watch notices the excess.
  const processes = processesMax + Math.max(16, Math.ceil(processesMax / 8))
  return [
    'prlimit',
    `--nproc=${processes}:${processes}`,
    `--fsize=${diskBytesMax}:${diskBytesMax}`,
    '--core=0:0',
    '--',
  ]
}

/** Returns the overlays of the outer sandbox: options and mount point of each, alternating. */
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

/**
 * Returns the options of the outer sandbox of a build root. It has enough of the host to mount overlays and to start
 * the inner sandbox.
 */
function outerOptions(
  { lower, folder }: Layers,
  { binds = [], terminal, outlivesParent }: Confinement,
): string[] {
  const options = ['--unshare-user', ...(outlivesParent === true ? [] : ['--die-with-parent']), ...programs()]
  options.push('--ro-bind-try', '/etc/ld.so.cache', '/etc/ld.so.cache', '--bind', '/proc', '/proc')
  // A terminal must be available under its name.
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

/** @param filter the descriptor from which bubblewrap reads the seccomp filter */
function innerOptions(confinement: Confinement, filter: number): string[] {
  const { root, identity, env, binds = [] } = confinement
  const id = identity === 'root' ? '0' : '1000'
  const options = ['--unshare-all', '--unshare-user', '--disable-userns']
  // A terminal of its own has its own session. The program must lead that session, otherwise Ctrl-C and job control
  // fail.
  if (confinement.terminal !== true) options.push('--new-session')
  if (confinement.outlivesParent !== true) options.push('--die-with-parent')
  options.push('--uid', id, '--gid', id, '--hostname', 'localhost', '--seccomp', String(filter))
  if (confinement.network === true) options.push('--share-net')
  // bubblewrap removes all capabilities from uid 0 too. An installation needs them, only inside its own namespace.
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

/** Returns binds for the programs of this host and their libraries, read-only. */
function programs(): string[] {
  const options = ['--ro-bind', '/usr', '/usr']
  for (const name of ['/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32']) {
    const found = lstatSync(name, { throwIfNoEntry: false })
    if (found?.isSymbolicLink() === true) options.push('--symlink', readlinkSync(name), name)
    else if (found !== undefined) options.push('--ro-bind', name, name)
  }
  return options
}

/** Returns binds for the system folders that programs expect, without home folders, data and secrets. */
function hostFolders(): string[] {
  const options = [...programs(), '--ro-bind', '/etc', '/etc']
  for (const name of ['/var/lib/dpkg', '/var/lib/rpm', '/opt']) options.push('--ro-bind-try', name, name)
  return options
}
