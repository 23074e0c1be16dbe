import { execFile } from 'node:child_process'
import { chmod, copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { readModulemd, type ModuleStream } from '@mbs/modulemd'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readHeader } from '../../package-header.ts'
import { buildUser } from '../../sandbox/index.ts'
import type { TestedPackage } from '../module-under-test.ts'
import { publish } from './profiles.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'mbs-test-profiles-'))
  await chmod(folder, 0o755)
})
afterAll(() => rm(folder, { recursive: true }))

/** Builds the package `shared` with this summary. */
async function built(summary: string): Promise<TestedPackage> {
  const spec = path.join(folder, 'shared.spec')
  const text = `Name: shared\nVersion: 1\nRelease: 1\nSummary: ${summary}\nLicense: MIT\nBuildArch: noarch\n%description\n%files\n`
  await writeFile(spec, text)
  const top = path.join(folder, summary)
  await promisify(execFile)('rpmbuild', ['-bb', '--define', `_topdir ${top}`, spec])
  const file = path.join(top, 'RPMS', 'noarch', 'shared-1-1.noarch.rpm')
  return { path: file, header: await readHeader(file) }
}

const document = (name: string): ModuleStream => {
  const [read] = readModulemd(
    `document: modulemd\nversion: 2\ndata:\n  name: ${name}\n  stream: "1"\n  version: 1\n  context: c\n  summary: s\n  description: d\n  license: {module: [MIT]}\n  artifacts: {rpms: [shared-0:1-1.noarch]}\n`,
  ).documents
  return read as ModuleStream
}

async function published(...packages: TestedPackage[]): Promise<string[]> {
  const scratch = await mkdtemp(path.join(folder, 'scratch-'))
  await chmod(scratch, 0o755)
  const [own, ...others] = packages.map((one, index) => ({
    document: document(`m${index}`),
    packages: [one],
  }))
  if (own === undefined) throw new Error('no module')
  const module = { ...own, user: buildUser(65_534), scratch }
  return readdir(await publish(module, module.packages, others))
}

test('modules that share a package have it once in the repository in which they are checked', async () => {
  const one = await built('one')
  await mkdir(path.join(folder, 'copy'))
  const copy = path.join(folder, 'copy', 'other.rpm')
  await copyFile(one.path, copy)
  expect(await published(one, one, { ...one, path: copy })).toEqual(['0-shared-1-1.noarch.rpm', 'repodata'])
})

test('modules with packages of one name and different contents do not pass', async () => {
  await expect(published(await built('red'), await built('blue'))).rejects.toThrow(
    'two modules have a package shared-0:1-1.noarch each, with different contents',
  )
})
