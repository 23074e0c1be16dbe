import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { InfraError, UserError } from '../errors.ts'
import { readPublishedModules } from './read-published.ts'
import { writeModulesRepository } from './repository.testing.ts'

const folder = mkdtempSync(path.join(os.tmpdir(), 'mbs-published-'))
afterAll(() => rmSync(folder, { recursive: true }))

const modules = `---
document: modulemd
version: 2
data:
  name: ruby
  stream: "2.5"
  version: 820
  context: 9f9e2e7e
  arch: x86_64
  summary: An interpreter
  description: Of Ruby
  license: { module: [MIT] }
  artifacts: { rpms: ["ruby-0:2.5.9-1.module_el8.x86_64"] }
...
---
document: modulemd
version: 2
data: { name: broken }
...
---
document: modulemd-defaults
version: 1
data: { module: ruby, stream: "2.5", profiles: { "2.5": [] } }
...
`

/** Writes a repository without packages. Returns its folder. */
const repository = (name: string, bytes?: Uint8Array, size?: number, open?: string) =>
  writeModulesRepository(path.join(folder, name), bytes, size, open)

/** Returns the elements of `repomd.xml` that describe the unpacked modules. */
const openOf = (text: string) =>
  `<open-checksum type="sha256">${createHash('sha256').update(text).digest('hex')}</open-checksum>
   <open-size>${text.length}</open-size>`

const server = http.createServer((request, response) => {
  const url = request.url ?? ''
  if (url.startsWith('/away/')) return void response.writeHead(503).end()
  if (url.startsWith('/endless/')) {
    response.writeHead(200)
    const more = () => {
      while (response.write(Buffer.alloc(65536)));
    }
    response.on('drain', more)
    more()
    return
  }
  if (url.startsWith('/here/'))
    return void response.end(
      url.endsWith('repomd.xml') ? served.repomd : url.endsWith('modules') ? served.modules : '',
    )
  response.writeHead(404).end()
})
const served = { repomd: '', modules: Buffer.alloc(0) }
let address: string
beforeAll(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

test('modules are read however they are compressed, and the other documents with them', async () => {
  const packed = {
    plain: Buffer.from(modules),
    gzip: gzipSync(modules),
    zstd: zstdCompressSync(Buffer.from(modules)),
    xz: execFileSync('xz', ['-c'], { input: modules }),
  }
  for (const [name, bytes] of Object.entries(packed)) {
    const read = await readPublishedModules(repository(name, bytes))
    expect(read.url).toBe(`file://${folder}/${name}`)
    expect(read.digest).toMatch(/^[0-9a-f]{64}$/)
    expect(read.streams).toMatchObject([
      { name: 'ruby', stream: '2.5', artifacts: ['ruby-0:2.5.9-1.module_el8.x86_64'] },
    ])
    expect(read.index.module('ruby')?.defaults?.stream).toBe('2.5')
    expect(read.problems[0]).toMatchObject({ line: expect.any(Number) as number })
  }
})

test('they may lie behind http, and a repository may have none', async () => {
  served.repomd = readFileSync(path.join(folder, 'gzip/repodata/repomd.xml'), 'utf8')
  served.modules = gzipSync(modules)
  expect((await readPublishedModules(`${address}/here/`)).streams).toHaveLength(1)
  const { streams, index } = await readPublishedModules(`file://${repository('none')}/`)
  expect([streams, index.documents]).toEqual([[], []])
})

test('modules in several frames of zstd are all read, and are what repomd.xml says of them unpacked', async () => {
  const [first, second] = modules.split(/(?<=^\.\.\.\n)/m)
  const skippable = Buffer.from('502a4d180400000061626364', 'hex')
  const frames = (...texts: string[]) =>
    Buffer.concat([skippable, ...texts.map((text) => zstdCompressSync(Buffer.from(text)))])
  const whole = frames(first ?? '', modules.slice(first?.length))
  const read = await readPublishedModules(repository('frames', whole, whole.length, openOf(modules)))
  expect(read.index.module('ruby')?.defaults?.stream).toBe('2.5')
  const cut = frames(first ?? '', second ?? '')
  const refused = (name: string, open: string) =>
    readPublishedModules(repository(name, cut, cut.length, open)).catch((error: unknown) => error)
  expect(await refused('open-size', openOf(modules))).toMatchObject({
    name: 'UserError',
    message: expect.stringMatching(/unpacked it has \d+ bytes; repomd\.xml says \d+ \(open-size\)/) as string,
  })
  const open = openOf(modules).replace(/<open-size>.*/, '')
  expect(await refused('open-checksum', open)).toMatchObject({
    name: 'UserError',
    message: expect.stringMatching(
      /unpacked it has the sha256 \w+; repomd\.xml says \w+ \(open-checksum\)/,
    ) as string,
  })
})

test('what is no repository, or not what it says, is refused; what is away may be back', async () => {
  const refused = (place: string) => readPublishedModules(place).catch((error: unknown) => error)
  expect(await refused(path.join(folder, 'nowhere'))).toMatchObject({
    name: 'UserError',
    message: expect.stringMatching(/^there is no file:\/\/.*repomd\.xml; is it a repository\?$/) as string,
  })
  expect(await refused(`${address}/elsewhere`)).toBeInstanceOf(UserError)
  expect(await refused('ftp://elsewhere')).toBeInstanceOf(UserError)
  expect(await refused(`${address}/away`)).toBeInstanceOf(InfraError)
  expect(await refused(`${address}/endless`)).toMatchObject({
    name: 'UserError',
    message: expect.stringContaining('has more than 1048576 bytes') as string,
  })
  writeFileSync(path.join(repository('changed', gzipSync(modules)), 'repodata/modules'), 'other')
  expect(await refused(path.join(folder, 'changed'))).toMatchObject({
    name: 'InfraError',
    message: expect.stringContaining('checksum mismatch: sha256') as string,
  })
  expect(await refused(repository('large', gzipSync(modules), 1e12))).toMatchObject({
    message: expect.stringContaining('repomd.xml gives 1000000000000 bytes') as string,
  })
  const cut = gzipSync(modules).subarray(0, 100)
  expect(await refused(repository('cut', cut))).toMatchObject({
    name: 'UserError',
    message: expect.stringContaining('is not repository metadata') as string,
  })
})
