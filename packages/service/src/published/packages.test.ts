import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { zstdCompressSync } from 'node:zlib'
import { afterAll, expect, test } from 'vitest'
import { readPublishedPackages } from './packages.ts'

const folder = mkdtempSync(path.join(os.tmpdir(), 'mbs-packages-'))
afterAll(() => rmSync(folder, { recursive: true }))

const sha256 = (bytes: string | Uint8Array) => createHash('sha256').update(bytes).digest('hex')

const primary = (...names: string[]) =>
  `<metadata packages="${names.length}">${names.map(packageOf).join('')}</metadata>`
const packageOf = (name: string) => `<package type="rpm"><name>${name}</name><arch>noarch</arch>
  <version epoch="0" ver="1" rel="1"/><checksum type="sha256" pkgid="YES">${sha256(name)}</checksum>
  <size package="1"/><location href="${name}.rpm"/></package>`

/** Writes a repository whose `repomd.xml` describes the primary metadata as `told`. */
function repository(name: string, bytes: Uint8Array, told: string): string {
  const repodata = path.join(folder, name, 'repodata')
  mkdirSync(repodata, { recursive: true })
  writeFileSync(path.join(repodata, 'primary'), bytes)
  writeFileSync(
    path.join(repodata, 'repomd.xml'),
    `<repomd><data type="primary"><checksum type="sha256">${sha256(bytes)}</checksum>
     <open-checksum type="sha256">${sha256(told)}</open-checksum><location href="repodata/primary"/>
     </data></repomd>`,
  )
  return path.join(folder, name)
}

test('packages in several frames of zstd are all read, and are those that repomd.xml means', async () => {
  const text = primary('rake', 'spade')
  const packed = [text.slice(0, 300), text.slice(300)].map((part) => zstdCompressSync(Buffer.from(part)))
  const read = await readPublishedPackages(repository('frames', Buffer.concat(packed), text))
  expect([...read.keys()]).toEqual(['rake-0:1-1.noarch', 'spade-0:1-1.noarch'])
  const other = repository('other', zstdCompressSync(Buffer.from(primary('rake'))), text)
  await expect(readPublishedPackages(other)).rejects.toThrow(/unpacked it has the sha256 .*open-checksum/)
})
