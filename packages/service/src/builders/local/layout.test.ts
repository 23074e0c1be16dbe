import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { layOut, layoutOf } from './layout.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'mbs-layout-'))
  await mkdir(path.join(folder, 'build'))
})
afterEach(() => rm(folder, { recursive: true }))

async function checkoutWith(...files: string[]): Promise<string> {
  const checkout = path.join(folder, 'checkout')
  for (const file of files) {
    await mkdir(path.dirname(path.join(checkout, file)), { recursive: true })
    await writeFile(path.join(checkout, file), '')
  }
  return checkout
}

/** Returns the files in rpm's top folder after the checkout is laid out there, and the path of the spec. */
async function laidOut(checkout: string): Promise<{ spec: string; files: string[] }> {
  const layout = await layoutOf(checkout, 'x')
  const build = path.join(folder, 'build')
  await layOut(checkout, layout, build)
  const entries = await readdir(build, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => !entry.isDirectory())
  return {
    spec: layout.spec,
    files: files.map((entry) => path.relative(build, path.join(entry.parentPath, entry.name))).sort(),
  }
}

describe('a repository', () => {
  test('that is flat becomes SOURCES as it is', async () => {
    expect(await laidOut(await checkoutWith('x.spec', 'fix.patch', 'tests/run'))).toEqual({
      spec: 'SOURCES/x.spec',
      files: ['SOURCES/fix.patch', 'SOURCES/tests/run', 'SOURCES/x.spec'],
    })
  })

  test('with SPECS and SOURCES becomes these two', async () => {
    expect(await laidOut(await checkoutWith('SPECS/x.spec', 'SOURCES/fix.patch', '.x.metadata'))).toEqual({
      spec: 'SPECS/x.spec',
      files: ['SOURCES/fix.patch', 'SPECS/x.spec'],
    })
  })

  test('without patches has no SOURCES, and gets it', async () => {
    const checkout = await checkoutWith('SPECS/x.spec')
    const { sources } = await layoutOf(checkout, 'x')
    await writeFile(path.join(sources, 'x.tgz'), '')
    expect((await laidOut(checkout)).files).toEqual(['SOURCES/x.tgz', 'SPECS/x.spec'])
  })

  test.each(['SPECS/y.spec', 'y.spec', 'SPECS'])('that has only %s has no spec', async (file) => {
    await expect(layoutOf(await checkoutWith(file), 'x')).rejects.toThrow(
      'x: there is no x.spec in its dist-git repository, and no SPECS/x.spec',
    )
  })

  test('whose folders or spec are links is refused', async () => {
    const elsewhere = path.join(folder, 'elsewhere')
    await mkdir(elsewhere)
    await writeFile(path.join(elsewhere, 'x.spec'), '')
    const checkout = await checkoutWith('SPECS/x.spec')
    await symlink(elsewhere, path.join(checkout, 'SOURCES'))
    await expect(layoutOf(checkout, 'x')).rejects.toThrow(
      'x: SOURCES in its dist-git repository is not a folder',
    )
    await rm(path.join(checkout, 'SPECS'), { recursive: true })
    await symlink(elsewhere, path.join(checkout, 'SPECS'))
    await expect(layoutOf(checkout, 'x')).rejects.toThrow(/there is no x\.spec/)
    await symlink(path.join(elsewhere, 'x.spec'), path.join(checkout, 'x.spec'))
    await expect(layoutOf(checkout, 'x')).rejects.toThrow(/there is no x\.spec/)
  })
})
