import { existsSync, statSync } from 'node:fs'
import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { buildUser } from '../src/sandbox/index.ts'
import { moduleDocument } from './support/dist-git.ts'
import { openHouse, type BuildView, type House } from './support/house.ts'
import { hostRoot, localConfig, sharedCache, spec } from './support/local.ts'

const megabyte = 1024 * 1024
const secret = 'a-secret-of-the-service'

let house: House
let outcomes: ReturnType<typeof buildAll>
/** A folder of the host that any user may write to. */
let victim: string
beforeAll(async () => {
  process.env['MBS_TEST_SECRET'] = secret
  victim = await mkdtemp(path.join(os.tmpdir(), 'mbs-victim-'))
  await chmod(victim, 0o777)
  // The limits below would not suffice for making this root.
  await hostRoot(buildUser(64_000))
  house = await openHouse({
    config: {
      ...localConfig(),
      'builder.concurrentBuildsMax': 4,
      'builder.memoryMegabytesMax': 700,
      'builder.processesMax': 300,
      'builder.diskMegabytesMax': 300,
      'builder.logMegabytesMax': 3,
      'builder.installMinutesMax': 0.4,
    },
  })
  outcomes = buildAll()
})
afterAll(async () => {
  delete process.env['MBS_TEST_SECRET']
  await house.close()
  await rm(victim, { recursive: true })
})

/** Builds a module of packages with these sections; each package has its batch. */
async function build(
  name: string,
  packages: Record<string, [batch: number, sections: Parameters<typeof spec>[1]]>,
  change: (document: string) => string = (document) => document,
) {
  for (const [component, [, sections]] of Object.entries(packages))
    await house.distGit.commit(`rpms/${component}`, 'main', {
      [`${component}.spec`]: spec(component, sections),
    })
  const orders = Object.fromEntries(
    Object.entries(packages).map(([component, [batch]]) => [component, batch]),
  )
  const built = await house.build(await house.distGit.module(name, change(moduleDocument(orders))))
  const of = (component: string) => built.components.find((one) => one.package === component)
  return { built, of }
}

type Component = BuildView['components'][number] | undefined

async function logOf(component: Component, name: 'build' | 'root'): Promise<string> {
  const route = `/module-build-service/2/component-builds/${component?.id ?? 0}/logs/${name}`
  return (await house.request('GET', route)).text
}

const look = [
  'env',
  'for file in /proc/[0-9]*/environ /proc/[0-9]*/cmdline; do tr "\\0" "\\n" < $file; done',
  'cat /proc/[0-9]*/mountinfo',
  'ls -l /proc/[0-9]*/cwd /proc/[0-9]*/root /proc/[0-9]*/fd/',
  'echo looked everywhere',
].join('\n')

/** Builds three modules at the same time. */
function buildAll() {
  const scriptlet = (section: string, script: string) => ({ more: `%${section}\n${script}` })
  const greedy = build('greedy', {
    'greedy-looks': [1, { build: look }],
    'greedy-log': [1, { build: 'yes' }],
    // The build holds the memory, because a fast machine could be done between two looks.
    'greedy-memory': [1, { build: 'held=$(head -c 1100M /dev/zero | tr "\\0" x); sleep 100' }],
    'greedy-processes': [1, { build: 'for number in $(seq 2000); do sleep 100 & done; wait' }],
    'greedy-disk': [
      1,
      { build: 'for number in $(seq 5); do head -c 90M /dev/zero > $number; done; sleep 100' },
    ],
    // Sparse files, which use no disk space before they are copied.
    'greedy-holes': [
      1,
      {
        more: '%package two\nSummary: m\n%description two\nm\n%clean\ntruncate -s 200M %{_rpmdir}/*/*.rpm',
        files: '/usr/share/greedy-holes\n%files two',
      },
    ],
    'greedy-macros': [
      1,
      {
        more: '%package -n module-build-macros\nSummary: m\n%description -n module-build-macros\nm',
        files: '/usr/share/greedy-macros\n%files -n module-build-macros',
      },
    ],
  })
  const tricky = build('tricky', {
    'tricky-links': [1, scriptlet('post', `rm -rf /builddir && ln -s /oldroot${victim} /builddir`)],
    'tricky-hangs': [1, scriptlet('post', 'sleep 4321')],
    'tricky-loud': [1, scriptlet('pre', 'head -c 2500000 /dev/zero | tr "\\0" a >&2; exit 1')],
    'after-links': [2, { requires: 'BuildRequires: tricky-links' }],
    'after-hangs': [2, { requires: 'BuildRequires: tricky-hangs' }],
    'after-loud': [2, { requires: 'BuildRequires: tricky-loud' }],
  })
  const spoil = 'rm -f /var/lib/rpm/*; ln -s /dev/zero /var/lib/rpm/rpmdb.sqlite'
  const spoilt = build('spoilt', { spoiler: [1, { more: `%post\n${spoil}` }], spoilt: [2, {}] }, (document) =>
    document
      .replace('      spoiler:\n', '      spoiler:\n        buildroot: true\n')
      .replace('  components:', '  profiles: {buildroot: {rpms: [spoiler]}}\n  components:'),
  )

  for (const outcome of [greedy, tricky, spoilt]) outcome.catch(() => undefined)
  return { greedy, tricky, spoilt }
}

test('the process that builds a component has no secret of the service in its environment', async () => {
  const environment = await vi.waitFor(
    async () => {
      const marks = await readdir(path.join(await house.buildsDir(), 'attempts', 'running'))
      const folder = path.join(await house.buildsDir(), 'attempts', marks[0] ?? '')
      const { pid } = JSON.parse(await readFile(path.join(folder, 'process.json'), 'utf8')) as { pid: number }
      return readFile(`/proc/${pid}/environ`, 'utf8')
    },
    { timeout: 60_000, interval: 20 },
  )
  expect(environment).toContain('PATH=')
  expect(environment).not.toContain(secret)
})

describe('a spec', () => {
  test('that looks for secrets and paths of the service finds none', async () => {
    const { of } = await outcomes.greedy
    const log = await logOf(of('greedy-looks'), 'build')
    expect(log).toContain('looked everywhere')
    for (const hidden of [secret, house.dataDir, path.basename(house.dataDir), sharedCache(), process.cwd()])
      expect(log).not.toContain(hidden)
  })

  test.each([
    ['greedy-log', 'its build printed more than 3 MB (builder.logMegabytesMax)'],
    ['greedy-memory', 'its build used more than 700 MB of memory (builder.memoryMegabytesMax)'],
    ['greedy-processes', 'its build ran more than 300 processes at a time (builder.processesMax)'],
    ['greedy-disk', 'its build used more than 300 MB of the disk (builder.diskMegabytesMax)'],
    ['greedy-holes', 'its build made packages of more than 300 MB together (builder.diskMegabytesMax)'],
    [
      'greedy-macros',
      'its spec makes a package module-build-macros, a name that is reserved for the service',
    ],
  ])(
    'that exceeds a limit or takes a reserved name fails at once, with the reason: %s',
    async (component, reason) => {
      const found = (await outcomes.greedy).of(component)
      expect([found?.state_name, found?.state_reason]).toEqual([
        'FAILED',
        expect.stringContaining(`${component}: ${reason}`),
      ])
      expect(found?.attempt).toBe(1)
    },
  )

  test('that prints without end leaves a log within the size limit', async () => {
    await outcomes.greedy
    const attempts = path.join(await house.buildsDir(), 'attempts')
    const logs = (await readdir(attempts)).map((attempt) => path.join(attempts, attempt, 'build.log'))
    const sizes = logs.filter((log) => existsSync(log)).map((log) => statSync(log).size)
    expect(Math.max(...sizes)).toBeGreaterThan(2.5 * megabyte)
    expect(Math.max(...sizes)).toBeLessThan(3.1 * megabyte)
  })
})

describe('a package that is installed in the build root of another', () => {
  test('cannot redirect the next mount to the host', async () => {
    const { of } = await outcomes.tricky
    expect(of('after-links')?.state_reason).toContain(
      '/builddir in the build root must be a folder, not a link; a package in the build root replaced it',
    )
    expect(await readdir(victim)).toEqual([])
  })

  test('and whose scriptlet hangs fails the build, and the reason names the package', async () => {
    const { of } = await outcomes.tricky
    expect(of('after-hangs')?.state_reason).toMatch(
      /after-hangs: its BuildRequires could not be installed: a scriptlet of its packages took more than 0\.4 minutes \(builder\.installMinutesMax\); the last message is "tricky-hangs-1\.0-1\./,
    )
  })

  test('and whose scriptlet says megabytes is told in a sentence', async () => {
    const reason = (await outcomes.tricky).of('after-loud')?.state_reason ?? ''
    expect(reason).toContain('its BuildRequires could not be installed')
    expect(reason.length).toBeLessThan(1500)
  })

  test('cannot replace the package database by another kind of file', async () => {
    const { of } = await outcomes.spoilt
    expect(of('spoilt')?.state_reason).toContain(
      'spoilt: the package database of its build root cannot be used (rpmdb.sqlite is not a regular file); a package that is installed there has damaged it',
    )
    expect(of('spoilt')?.attempt).toBe(1)
  })

  test('has not changed the base root that all builds share', async () => {
    await outcomes.tricky
    for (const root of (await readdir(path.join(sharedCache(), 'roots'))).filter((name) =>
      /^\w+$/.test(name),
    ))
      for (const name of ['build', 'builddir/build'])
        expect(existsSync(path.join(sharedCache(), 'roots', root, name))).toBe(false)
  })
})

test('nobody else of this machine comes to what builds have left, which may be setuid', async () => {
  const [instance = ''] = (await readdir(house.dataDir)).filter((name) => /^[0-9a-f]{8}$/.test(name))
  const folders = ['attempts', 'layers', 'scratch'].map((name) => path.join(house.dataDir, instance, name))
  for (const folder of [...folders, path.join(sharedCache(), 'roots')])
    expect([folder, statSync(folder).mode & 0o7]).toEqual([folder, 0])
})
