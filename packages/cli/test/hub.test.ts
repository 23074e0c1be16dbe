import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { FakeBuilder } from '../../service/src/builders/fake/fake-builder.ts'
import type { LocalBuilderParts } from '../../service/src/builders/index.ts'
import { moduleDocument } from '../../service/test/support/dist-git.ts'
import { openHouse, type House } from '../../service/test/support/house.ts'

const command = path.join(import.meta.dirname, '..', 'bin', 'mbs')
let house: House
let folder: string
let packages: string[]
beforeAll(async () => {
  house = await openHouse({ builder: withLogs })
  folder = await mkdtemp(path.join(os.tmpdir(), 'mbs-test-hub-'))
  packages = await buildPackages()
}, 60_000)
afterAll(async () => {
  await house.close()
  await rm(folder, { recursive: true })
})

/** Builds a source package and a binary package, and returns their paths. */
async function buildPackages(): Promise<string[]> {
  const spec = path.join(folder, 'rake.spec')
  const text =
    'Name: rake\nVersion: 1\nRelease: 1\nSummary: s\nLicense: MIT\nBuildArch: noarch\n%description\n%files\n'
  await writeFile(spec, text)
  await promisify(execFile)('rpmbuild', ['-ba', '--define', `_topdir ${folder}/top`, spec])
  const found = await readdir(path.join(folder, 'top'), { recursive: true })
  return found.filter((file) => file.endsWith('.rpm')).map((file) => path.join(folder, 'top', file))
}

/** A log of some megabytes: a server notices only at its end that it is not as it was. */
const logOf = (name: string, arch: string) => `${name} on ${arch}\n`.repeat(200_000)

/** Returns a builder whose builds have a log for each of two arches. */
function withLogs({ hub, artifacts, dataDir }: LocalBuilderParts): FakeBuilder {
  const recordOwnBuild: typeof hub.recordOwnBuild = async (build) => {
    const log = async (subdir: string) => ({
      subdir,
      filename: 'build.log',
      ...(await artifacts.putText(logOf(build.name, subdir))),
    })
    return hub.recordOwnBuild({ ...build, logs: [await log('x86_64'), await log('aarch64')] })
  }
  const recording = Object.create(hub, { recordOwnBuild: { value: recordOwnBuild } }) as typeof hub
  return new FakeBuilder({ hub: recording, dataDir })
}

/** Runs the command in a bare environment. */
async function mbs(...args: string[]) {
  const env = { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: os.homedir(), MBS_URL: house.url() }
  const { exitCode, stdout, stderr } = await execa(command, args, { env, extendEnv: false, reject: false })
  return { code: exitCode, stdout, stderr }
}

const ok = async (...args: string[]) => {
  const { code, stdout, stderr } = await mbs(...args)
  expect(code, stderr).toBe(0)
  return stdout
}

describe('mbs hub', () => {
  test('brings packages in, tags them, moves them, and tells the story', async () => {
    expect(await ok('hub', 'import', ...packages)).toMatch(/^rake-1-1 \(\d+\) is imported: rpm$/)
    expect(await ok('hub', 'import', ...packages)).toMatch(/^rake-1-1 /)
    const shown = await ok('hub', 'build', 'show', 'rake-1-1')
    expect(shown).toMatch(/^rake-1-1 \(\d+\) is complete: rpm$/m)
    expect(shown).toMatch(/^owner anonymous, imported by rpm-import$/m)
    expect(shown).toMatch(/^ {2}rake-0:1-1\.noarch {2}\d+ bytes$/m)
    expect(shown).toMatch(/^ {2}rake-0:1-1\.src {2}\d+ bytes$/m)
    expect(await ok('hub', 'build', 'list', '--untagged')).toMatch(/complete +rpm +rake-1-1$/)
    expect(await ok('hub', 'tag', 'create', 'garden', '--arches', 'x86_64')).toBe('garden  (x86_64)')
    expect(await ok('hub', 'tag', 'create', 'garden-testing', '--parent', 'garden')).toBe(
      'garden-testing  (no arches)',
    )
    expect(await mbs('hub', 'tag', 'add', 'garden', 'rake-1-1')).toMatchObject({
      code: 1,
      stderr: 'mbs: Package rake not in list for garden',
    })
    await ok('hub', 'package', 'add', 'garden', 'rake', '--owner', 'ada')
    expect(await ok('hub', 'package', 'list', 'garden-testing')).toBe('rake  ada  (garden)')
    expect(await ok('hub', 'tag', 'add', 'garden-testing', 'rake-1-1')).toBe('rake-1-1 is in garden-testing')
    expect(await ok('hub', 'tag', 'move', 'garden-testing', 'garden', 'rake-1-1')).toBe(
      'rake-1-1 went from garden-testing to garden',
    )
    expect(await ok('hub', 'tag', 'list', 'garden-testing')).toBe('none')
    expect(await ok('hub', 'tag', 'list', 'garden-testing', '--inherit')).toBe('rpm       rake-1-1  (garden)')
    const history = (await ok('hub', 'tag', 'history', 'garden-testing')).split('\n')
    expect(history.map((line) => line.split('  ').at(-1))).toEqual([
      'build rake-1-1 was removed',
      'build rake-1-1 was added',
      'inheritance garden, priority 0 was added',
      'tag arches none was added',
    ])
    const event = history[1]?.trim().split(' ')[0] ?? ''
    expect(await ok('hub', 'tag', 'list', 'garden-testing', '--event', event)).toBe('rpm       rake-1-1')
    await ok('hub', 'package', 'block', 'garden-testing', 'rake')
    expect(await ok('hub', 'tag', 'list', 'garden-testing', '--inherit')).toBe('none')
    await ok('hub', 'package', 'unblock', 'garden-testing', 'rake')
    expect(await ok('hub', 'tag', 'list', 'garden-testing', '--inherit')).toContain('rake-1-1')
    await ok('hub', 'tag', 'remove', 'garden', 'rake-1-1')
    expect(await mbs('hub', 'tag', 'remove', 'garden', 'rake-1-1')).toMatchObject({
      code: 1,
      stderr: 'mbs: build rake-1-1 not in tag garden',
    })
  })

  test('links tags, and shows all that one inherits', async () => {
    for (const tag of ['base', 'updates', 'candidate']) await ok('hub', 'tag', 'create', tag)
    await ok('hub', 'tag', 'inherit', 'updates', 'base', '--filter', 'rake|spade', '--maxdepth', '0')
    expect(await ok('hub', 'tag', 'inherit', 'candidate', 'updates', '--priority', '5')).toBe(
      'candidate\n  updates  (priority 5)\n    base  (priority 0, maxdepth 0, packages rake|spade)',
    )
    expect(await mbs('hub', 'tag', 'inherit', 'updates', 'base', '--filter', '(?!x)')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('pkg_filter "(?!x)" cannot be used') as string,
    })
    expect(await mbs('hub', 'tag', 'inherit', 'updates', 'nothing')).toMatchObject({
      code: 1,
      stderr: "mbs: No such tagInfo: 'nothing'",
    })
    expect(await ok('hub', 'tag', 'inherit', 'candidate', 'updates', '--remove')).toBe('candidate')
    expect(await ok('hub', 'tag', 'list', 'cand*')).toBe('candidate  (no arches)')
    await ok('hub', 'tag', 'delete', 'candidate')
    expect(await ok('hub', 'tag', 'list', 'cand*')).toBe('none')
  })

  test('a locked tag takes nothing, unless somebody insists', async () => {
    await ok('hub', 'tag', 'create', 'frozen', '--lock')
    await ok('hub', 'package', 'add', 'frozen', 'rake')
    expect(await mbs('hub', 'tag', 'add', 'frozen', 'rake-1-1')).toMatchObject({
      code: 1,
      stderr: 'mbs: tag frozen is locked',
    })
    await ok('hub', 'tag', 'add', '--force', 'frozen', 'rake-1-1')
    expect(await ok('hub', 'tag', 'edit', 'frozen', '--unlock', '--permission', 'release')).toBe(
      'frozen  (no arches, for release)',
    )
  })

  test('an import of metadata looks for its files beside them', async () => {
    const output = { buildroot_id: 1, filename: 'a.txt', filesize: 1, checksum_type: 'md5', type: 'file' }
    const metadata = {
      metadata_version: 0,
      build: {
        name: 'a',
        version: '1',
        release: '1',
        source: null,
        extra: { typeinfo: { module: {} } },
        start_time: 1,
        end_time: 2,
      },
      buildroots: [
        {
          id: 1,
          host: { os: 'any', arch: 'x86_64' },
          content_generator: { name: 'mine', version: '1' },
          container: { type: 'none', arch: 'x86_64' },
          tools: [],
          components: [],
        },
      ],
      output: [
        {
          ...output,
          relpath: 'sub',
          checksum: '0cc175b9c0f1b6a831c399e269772661',
          extra: { typeinfo: { module: {} } },
        },
      ],
    }
    const file = path.join(folder, 'metadata.json')
    await writeFile(file, JSON.stringify(metadata))
    expect(await mbs('hub', 'import', file)).toMatchObject({
      code: 2,
      stderr: `mbs: ${file} names sub/a.txt, and there is no ${folder}/sub/a.txt; name the file too`,
    })
    await mkdir(path.join(folder, 'sub'))
    await writeFile(path.join(folder, 'sub', 'a.txt'), 'a')
    expect(await ok('hub', 'import', file)).toMatch(/^a-1-1 \(\d+\) is imported: module$/)
  })

  test('build artifacts get keeps the logs of each arch, and no file that is not as it was', async () => {
    await house.distGit.commit('rpms/a', 'main', { 'a.spec': '' })
    const build = await house.build(await house.distGit.module('m', moduleDocument({ a: 1 })))
    const into = path.join(folder, 'got')
    const get = ['build', 'artifacts', 'get', String(build.id), '--logs', '--into', into]
    await ok(...get)
    const a = build.components.find(({ package: name }) => name === 'a')?.nvr ?? ''
    const filesOf = async () => (await readdir(path.join(into, a))).sort()
    expect(await filesOf()).toEqual(['aarch64-build.log', 'x86_64-build.log'])
    const spoilt = path.join(into, a, 'aarch64-build.log')
    const text = logOf('a', 'aarch64')
    expect(await readFile(spoilt, 'utf8')).toBe(text)
    const digest = createHash('sha256').update(text).digest('hex')
    const stored = path.join(await house.buildsDir(), 'artifacts', digest.slice(0, 2), digest.slice(2))
    await chmod(stored, 0o644)
    await writeFile(stored, logOf('b', 'aarch64'))
    await rm(spoilt)
    expect(await mbs(...get)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /aarch64-build\.log did not arrive completely \(.+\); download it again$/,
      ) as string,
    })
    expect(await filesOf()).not.toContain('aarch64-build.log')
    expect((await filesOf()).filter((name) => name.endsWith('.part'))).toEqual([])
    await writeFile(stored, text)
  })

  test('reads the whole store, and tells what is not as it was', async () => {
    expect(await ok('hub', 'verify')).toMatch(/^\d+ files, all are intact$/)
    const artifacts = path.join(await house.buildsDir(), 'artifacts')
    const file =
      (await readdir(artifacts, { recursive: true })).find((name) =>
        /^[0-9a-f]{2}\/[0-9a-f]{62}$/.test(name),
      ) ?? ''
    const { size } = await stat(path.join(artifacts, file))
    await chmod(path.join(artifacts, file), 0o644)
    await writeFile(path.join(artifacts, file), 'x'.repeat(size))
    const { code, stdout } = await mbs('hub', 'verify')
    expect(code).toBe(1)
    expect(stdout).toContain(file.replace('/', ''))
  })

  test('says what words are wrong', async () => {
    expect(await mbs('hub', 'user', 'grant', 'ada')).toMatchObject({
      code: 2,
      stderr: 'mbs: name one of --permission and --generator',
    })
    expect(await mbs('hub', 'tag', 'inherit', 'garden', 'base', '--priority', 'high')).toMatchObject({
      code: 2,
      stderr: 'mbs: --priority takes a whole number, not "high"',
    })
    expect(
      await mbs('hub', 'import', packages.find((file) => file.endsWith('noarch.rpm')) ?? ''),
    ).toMatchObject({
      code: 2,
      stderr: 'mbs: one of the packages must be the source package (NAME.src.rpm), and there are 0',
    })
    expect(await mbs('hub', 'key', 'rotate')).toMatchObject({
      code: 1,
      stderr: 'mbs: the service signs nothing: signing.mode is none',
    })
  })
})
