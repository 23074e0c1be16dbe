import { chmod, chown, mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { writeRepodata } from '@mbs/repodata'
import { execa } from 'execa'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildUser, confinedRepodata, dnfInRoot, removeTree, resolveBuildRequires } from './index.ts'

const user = buildUser(64_000)
let folder: string
let repository: string
let content: string

/** Writes the spec of a package without files, with more lines from the caller. */
const specOf = (name: string, version: string, more: string) => `Name: ${name}
Version: ${version}
Release: 1
Summary: A package of the tests
License: MIT
BuildArch: noarch
${more}
%description
A package of the tests.
%files
`

async function rpmbuild(kind: '-bb' | '-bs', name: string, version: string, more = ''): Promise<void> {
  const spec = path.join(folder, `${name}-${version}.spec`)
  await writeFile(spec, specOf(name, version, more))
  const macros = { _topdir: `${folder}/top`, _rpmdir: repository, _srcrpmdir: folder }
  const defines = Object.entries(macros).flatMap(([macro, value]) => ['--define', `${macro} ${value}`])
  await execa('rpmbuild', [kind, ...defines, spec])
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'mbs-test-view-'))
  await chmod(folder, 0o755)
  repository = path.join(folder, 'repository')
  await mkdir(repository)
  for (const version of ['1', '2', '9']) await rpmbuild('-bb', 'lib', version)
  await rpmbuild('-bb', 'tool', '2')
  await rpmbuild('-bb', 'fork', '9', 'Provides: lib = 99')
  await rpmbuild('-bs', 'user', '1', 'BuildRequires: lib')
  await rpmbuild('-bs', 'worker', '1', 'BuildRequires: tool')
  await rpmbuild('-bb', 'between', '1', 'Requires: lib >= 3')
  await rpmbuild('-bs', 'demander', '1', 'BuildRequires: lib >= 3')
  await rpmbuild('-bs', 'indirect', '1', 'BuildRequires: between')
  if (user.uid !== undefined) await chown(repository, user.uid, user.uid)
  await writeRepodata({ packages: repository, output: repository, run: confinedRepodata(user) })
  content = path.join(folder, 'content.json')
  await writeFile(
    content,
    JSON.stringify({
      'lib:1:1:a': { packages: ['lib-0:1-1.noarch', 'lib-0:1-1.src'], names: ['lib'] },
      'lib:2:1:a': { packages: ['lib-0:2-1.noarch', 'tool-0:2-1.noarch'], names: ['lib', 'tool'] },
      'lib:free:1:a': { packages: ['lib-0:1-1.noarch'], names: [] },
    }),
  )
})
afterAll(() => removeTree(folder))

const viewed = (streams: string[]) => [
  { name: 'view', url: `file://${repository}`, priority: 90, view: { content, streams } },
]

/** Resolves a source package with these streams enabled. */
async function resolve(name: string, streams: string[]) {
  const root = path.join(folder, 'root')
  await mkdir(path.join(root, 'var/lib/rpm'), { recursive: true })
  const place = { folder: path.join(folder, 'resolver'), readable: [folder], network: false }
  const { install, problems } = await resolveBuildRequires(user, place, {
    root,
    repositories: viewed(streams),
    sourcePackage: path.join(folder, `${name}-1-1.src.rpm`),
  })
  return problems.length > 0 ? problems : install.map((file) => path.basename(file))
}

test('a build root sees the streams that it was given, and of their names nothing else', async () => {
  expect(await resolve('user', ['lib:1:1:a'])).toEqual(['lib-1-1.noarch.rpm'])
  expect(await resolve('user', ['lib:2:1:a'])).toEqual(['lib-2-1.noarch.rpm'])
  // A stream that hides no name leaves newer non-modular packages available.
  const ofNone = [expect.stringMatching(/^(?:lib|fork)-9-1/)]
  expect(await resolve('user', ['lib:free:1:a'])).toEqual(ofNone)
  expect(await resolve('user', [])).toEqual(ofNone)
  expect(await resolve('worker', ['lib:2:1:a'])).toEqual(['tool-2-1.noarch.rpm'])
  expect(await resolve('worker', ['lib:1:1:a'])).toContain(
    'package tool-2-1.noarch is filtered out by exclude filtering',
  )
  // That message does not tell the reader that a module is the cause, and which one.
  expect(await resolve('worker', ['lib:1:1:a'])).toContain(
    'tool-0:2-1.noarch has tool, but is of the stream lib:2:1:a, which is not in the build root',
  )
  const hidden =
    'lib-0:9-1.noarch has lib >= 3, but is hidden by the stream lib:1:1:a, which is in the build root'
  expect(await resolve('demander', ['lib:1:1:a'])).toContain(hidden)
  // A package that requires the hidden one is also reported with the cause.
  expect(await resolve('indirect', ['lib:1:1:a'])).toContain(hidden)
  expect(await resolve('demander', ['lib:free:1:a'])).toEqual(ofNone)
})

test('so does dnf where it makes a root', async () => {
  const root = path.join(folder, 'made')
  await mkdir(root)
  if (user.uid !== undefined) await chown(root, user.uid, user.uid)
  const installation = { command: ['install', 'lib'], platformId: 'platform:test', moduleHotfixes: true }
  const log = path.join(folder, 'made.log')
  const made = await dnfInRoot(user, root, { ...installation, repositories: viewed(['lib:1:1:a']) }, log)
  expect(made).toMatchObject({ code: 0, stdout: expect.stringMatching(/lib-1-1\.noarch/) as string })
  // dnf continues without a failed plugin; the service does not.
  const broken = dnfInRoot(user, root, { ...installation, repositories: viewed(['lib:none:1:a']) })
  await expect(broken).rejects.toThrow('did not take the plugin')
})
