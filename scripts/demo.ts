// Shows the whole service on this machine: a dist-git from examples/, a service, a module built from source, a composed
// repository, and dnf that installs from it. `npm run demo` runs until Ctrl-C; `-- --exit` ends by itself, and
// `-- --data FOLDER` keeps its data elsewhere.
import { chmod, chown, mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { execa } from 'execa'
import { buildUser, dnfInRoot, removeTree, runConfined } from '@mbs/service/sandbox'
import { makeDistGit } from './demo-dist-git.ts'
import { mbs, startService, type ServiceProcess } from './service-process.ts'

const { values: options } = parseArgs({
  options: { exit: { type: 'boolean', default: false }, data: { type: 'string' } },
})
const isRoot = process.getuid?.() === 0
const state = process.env['XDG_STATE_HOME'] ?? path.join(os.homedir(), '.local', 'state')
const folder = options.data ?? (isRoot ? '/var/lib/mbs-demo' : path.join(state, 'mbs-demo'))
const module = { name: 'hello-stack', stream: '1' }
const times: [string, number][] = []

async function step<T>(title: string, work: () => Promise<T>): Promise<T> {
  console.log(`\n== ${title}`)
  const began = performance.now()
  try {
    return await work()
  } finally {
    times.push([title, performance.now() - began])
  }
}

async function demo(): Promise<void> {
  const distGit = await step('A dist-git and a lookaside, made from examples/', () =>
    makeDistGit(path.join(import.meta.dirname, '..', 'examples'), path.join(folder, 'dist-git'), module),
  )
  console.log(`   ${distGit.scmurl}`)
  const service = await step('The service, on an embedded PostgreSQL', () => start(distGit.url))
  try {
    await step('The module is submitted over HTTP and built from source', () =>
      execa(mbs, ['--server', service.url, 'build', 'submit', distGit.scmurl, module.stream, '--watch'], {
        stdio: 'inherit',
      }),
    )
    const compose = await step('A repository is composed', () => createCompose(service.url))
    await step('dnf proves it in an empty root', () => prove(compose))
    tell(service.url, compose)
    if (!options.exit) await new Promise<void>((resolve) => process.once('SIGINT', () => resolve()))
  } finally {
    await service.end()
  }
}

async function start(distGit: string): Promise<ServiceProcess> {
  const config = path.join(folder, 'mbs.yaml')
  await writeFile(
    config,
    `dataDir: ${folder}/data
http:
  port: ${options.exit ? 0 : 8600}
scm:
  allowed: [${distGit}/modules/]
  rpms: ${distGit}/rpms/
  lookaside: ${distGit}/lookaside/
  moduleDefaults: ${distGit}/module-defaults
log:
  level: warn
`,
  )
  return startService(config, (line) => console.error(`   ${line}`))
}

interface Composed {
  repository: string
  /** URL of the key that signed the compose. */
  gpgKey: string
  platform: string
}

async function createCompose(server: string): Promise<Composed> {
  const { stdout } = await execa(mbs, ['--server', server, '--json', 'compose', 'create', 'host'])
  const compose = JSON.parse(stdout) as { modules: string[]; latest: Record<string, string>; gpg_key: string }
  const shown = await execa(mbs, ['--json', '--config', path.join(folder, 'mbs.yaml'), 'config'])
  const { config } = JSON.parse(shown.stdout) as { config: { cacheDir: string } }
  const repository = `${server}${Object.values(compose.latest)[0] ?? ''}`
  console.log(`   ${compose.modules.join(', ')}\n   ${repository}`)
  const { stdout: platform } = await execa('sh', [
    '-c',
    'ls -dt -- "$1"/platforms/host-*/repository | head -n 1',
    'newest',
    config.cacheDir,
  ])
  return { repository, gpgKey: `${server}${compose.gpg_key}`, platform: `file://${platform}` }
}

/** Installs as a user's machine would: the composed repository over HTTP, no module_hotfixes, an empty root. */
async function prove({ repository, gpgKey, platform }: Composed): Promise<void> {
  const user = buildUser(64_000)
  const scratch = await mkdtemp(path.join(folder, 'proof-'))
  const root = path.join(scratch, 'root')
  try {
    await chmod(scratch, 0o755)
    await ownFolders(user.uid, root)
    const dnf = (...command: string[]) =>
      dnfInRoot(user, root, {
        repositories: [
          { name: 'mbs', url: repository, priority: 50, gpgKey },
          { name: 'platform', url: platform, priority: 90 },
        ],
        command,
        platformId: 'platform:host',
        moduleHotfixes: false,
      })
    const early = await dnf('install', 'hello')
    expect(
      early.code !== 0 && /filtered out by modular filtering/.test(early.stdout + early.stderr),
      'hello was not refused before its stream was enabled',
      early,
    )
    told('dnf install hello', 'is refused: the stream is not enabled')
    const install = await dnf('module', 'install', `${module.name}:${module.stream}`)
    expect(install.code === 0, 'dnf module install failed', install)
    told(
      `dnf module install ${module.name}:${module.stream}`,
      'installs the default profile, its signatures verified',
    )
    const run = await runIn(user.uid, scratch, root, [
      'sh',
      '-c',
      'hello dnf && echo reader | greet-everybody',
    ])
    expect(run.code === 0 && run.stdout === 'Hello, dnf!\nHello, reader!\n', 'the program does not run', run)
    told('hello dnf', `says ${run.stdout.split('\n')[0] ?? ''}`)
    const filtered = await dnf('install', 'libhello-selftest')
    expect(
      filtered.code !== 0 && /No match for argument/.test(filtered.stderr + filtered.stdout),
      'a filtered package could be installed',
      filtered,
    )
    told('dnf install libhello-selftest', 'finds nothing: the module filters it')
  } finally {
    await removeTree(scratch)
  }
}

async function runIn(uid: number | undefined, scratch: string, root: string, argv: string[]) {
  const written = path.join(scratch, 'written')
  await ownFolders(uid, written)
  return runConfined(
    { uid },
    {
      root: { kind: 'layers', lower: [root], folder: written },
      identity: 'builder',
      writableRoot: true,
    },
    argv,
  )
}

async function ownFolders(uid: number | undefined, ...folders: string[]): Promise<void> {
  for (const name of folders) {
    await mkdir(name, { recursive: true })
    if (uid !== undefined) await chown(name, uid, uid)
  }
}

function expect(
  holds: boolean,
  otherwise: string,
  result: { code: number; stdout: string; stderr: string },
): void {
  if (!holds) throw new Error(`${otherwise} (exit code ${result.code})\n${result.stdout}${result.stderr}`)
}

function told(command: string, outcome: string): void {
  console.log(`   $ ${command.padEnd(34)} ${outcome}`)
}

function tell(server: string, { repository, gpgKey, platform }: Composed): void {
  console.log('\n== Where the time went')
  for (const [title, ms] of times) console.log(`   ${(ms / 1000).toFixed(1).padStart(6)} s  ${title}`)
  console.log(`
== Done
   repository   ${repository}
   signed with  ${gpgKey}
   API          ${server}/module-build-service/2/module-builds/
   dnf          sudo dnf --installroot=/tmp/root --releasever=0 --setopt=module_platform_id=platform:host \\
                  --repofrompath=mbs,${repository} \\
                  --setopt=mbs.gpgkey=${gpgKey} --setopt=mbs.gpgcheck=1 --setopt=mbs.repo_gpgcheck=1 \\
                  --repofrompath=platform,${platform} \\
                  --repo=mbs --repo=platform module install ${module.name}:${module.stream}`)
  if (!options.exit) console.log('\n   The service stays up; Ctrl-C stops it.')
}

try {
  await mkdir(folder, { recursive: true, mode: 0o755 })
  await demo()
} catch (error) {
  console.error(`\nThe demo failed: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
}
