import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { RepodataError, writeRepodata } from './index.ts'

test('a package that the program leaves out, and calls that success, is named with its words', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'mbs-test-repodata-'))
  const packages = path.join(folder, 'os')
  await mkdir(path.join(packages, 'Packages'), { recursive: true })
  await mkdir(path.join(folder, 'repodata'))
  for (const name of ['good', 'bad']) await writeFile(path.join(packages, 'Packages', `${name}.rpm`), '')
  const primary = (names: readonly string[]) =>
    `<metadata packages="${names.length}">${names.map((name) => `<location href="Packages/${name}.rpm"/>`).join('')}</metadata>`
  const write = (names: readonly string[]) =>
    writeRepodata({
      packages,
      output: folder,
      run: async () => {
        await writeFile(path.join(folder, 'repodata', '0-primary.xml.gz'), gzipSync(primary(names)))
        return { code: 0, stderr: 'Critical: Cannot dump XML\n' }
      },
    })
  await write(['good', 'bad'])
  await expect(write(['good'])).rejects.toThrow(
    new RepodataError('createrepo_c has left out Packages/bad.rpm: Critical: Cannot dump XML'),
  )
  await rm(folder, { recursive: true })
})

test('metadata that are too large to be read are counted by their beginning', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'mbs-test-repodata-'))
  const packages = path.join(folder, 'os')
  for (const name of [packages, path.join(folder, 'repodata')]) await mkdir(name)
  await writeFile(path.join(packages, 'a.rpm'), '')
  const write = (count: number) =>
    writeRepodata({
      packages,
      output: folder,
      run: async () => {
        const text = Buffer.alloc(300 * 1024 * 1024, ' ')
        text.write(`<metadata packages="${count}">`)
        await writeFile(path.join(folder, 'repodata', '0-primary.xml.gz'), gzipSync(text, { level: 1 }))
        return { code: 0, stderr: '' }
      },
    })
  await write(1)
  await expect(write(2)).rejects.toThrow(new RepodataError('createrepo_c has left out a package'))
  await rm(folder, { recursive: true })
})
