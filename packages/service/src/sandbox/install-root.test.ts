import { existsSync } from 'node:fs'
import { chmod, chown, mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { createServer as createListener, type AddressInfo } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { writeRepodata } from '@mbs/repodata'
import { execa } from 'execa'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sharedCache } from '../../test/support/local.ts'
import { InfraError } from '../errors.ts'
import { openPlatforms } from '../platforms/index.ts'
import {
  buildUser,
  confinedRepodata,
  dnfInRoot,
  faultOfInstallation,
  limitsOf,
  removeTree,
  type Limits,
  type Repository,
} from './index.ts'

const user = buildUser(64_000)
let folder: string
let server: Server
let platform: Repository[]
let connections = 0
const listener = createListener((socket) => {
  connections++
  socket.destroy()
})

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'mbs-test-install-'))
  await chmod(folder, 0o755)
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  const repository = path.join(folder, 'repository')
  await mkdir(repository)
  const { port } = listener.address() as AddressInfo
  const scriptlets = {
    hangs: 'while :; do :; done',
    complains: 'head -c 6000000 /dev/zero | tr "\\0" "a" >&2; exit 1',
    calls: `if exec 3<>/dev/tcp/127.0.0.1/${port}; then echo called > /outcome; else echo alone > /outcome; fi`,
  }
  for (const [name, script] of Object.entries(scriptlets)) {
    const spec = `Name: ${name}\nVersion: 1\nRelease: 1\nSummary: s\nLicense: MIT\nBuildArch: noarch\n%description\ns\n%${name === 'complains' ? 'pre' : 'post'} -p /bin/bash\n${script}\n%files\n`
    await writeFile(path.join(folder, `${name}.spec`), spec)
    const macros = ['--define', `_topdir ${folder}/top`, '--define', `_rpmdir ${repository}`]
    await execa('rpmbuild', ['-bb', ...macros, path.join(folder, `${name}.spec`)])
  }
  if (user.uid !== undefined) await chown(repository, user.uid, user.uid)
  await writeRepodata({ packages: repository, output: repository, run: confinedRepodata(user) })
  server = createServer((request, response) => {
    readFile(path.join(repository, request.url ?? '')).then(
      (content) => response.end(content),
      () => response.writeHead(404).end(),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const platforms = await openPlatforms(
    { host: { generated: true } },
    { cacheDir: sharedCache(), user, progress: () => undefined },
  )
  platform = platforms.get('host')?.repositories ?? []
})
afterAll(async () => {
  server.close()
  listener.close()
  await removeTree(folder)
})

/** Installs a package into an empty root. */
async function install(name: string, limits?: Limits) {
  const root = path.join(folder, `root-${name}`)
  await mkdir(root)
  if (user.uid !== undefined) await chown(root, user.uid, user.uid)
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const result = await dnfInRoot({ ...user, limits }, root, {
    repositories: [{ name: 'remote', url, priority: 50 }, ...platform],
    command: ['install', name],
    platformId: 'platform:host',
    moduleHotfixes: true,
  })
  return { root, result }
}

test('a package from a repository behind the network is installed, and its scriptlet has no network', async () => {
  const { root, result } = await install('calls')
  expect([result.code, result.stderr]).toEqual([0, expect.anything()])
  expect(await readFile(path.join(root, 'outcome'), 'utf8')).toBe('alone\n')
  expect(connections).toBe(0)
  expect(existsSync(`${root}.dnf`)).toBe(false)
})

test('a repository that cannot be reached is no fault of the packages, and a missing package is', async () => {
  const root = path.join(folder, 'root-unreachable')
  await mkdir(root)
  if (user.uid !== undefined) await chown(root, user.uid, user.uid)
  const unreachable = dnfInRoot(user, root, {
    repositories: [{ name: 'remote', url: 'http://127.0.0.1:1', priority: 50 }, ...platform],
    command: ['install', 'calls'],
    platformId: 'platform:host',
    moduleHotfixes: true,
  })
  await expect(unreachable).rejects.toThrow(InfraError)
  expect((await install('missing')).result.code).not.toBe(0)
})

test('a scriptlet that hangs ends the installation, with a sentence that names its package', async () => {
  const limits = limitsOf({
    memoryMegabytesMax: 4096,
    processesMax: 1000,
    diskMegabytesMax: 10_000,
    filesMax: 100_000,
    logMegabytesMax: 100,
    installMinutesMax: 0.1,
  })
  const { result } = await install('hangs', limits)
  expect(faultOfInstallation(result, { ...user, limits })).toMatch(
    /^a scriptlet of its packages took more than 0\.1 minutes \(builder\.installMinutesMax\); the last message is "Running scriptlet: hangs-1-1\.noarch/,
  )
})

test('the error of a scriptlet that prints megabytes has limited length', async () => {
  const { result } = await install('complains')
  expect(result.code).not.toBe(0)
  expect(faultOfInstallation(result, user).length).toBeLessThan(1100)
})
