import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { InfraError, UserError } from '../errors.ts'
import { fetchSources } from './lookaside.ts'

const content = 'an archive\n'
const digest = (type: string, text = content) => createHash(type).update(text).digest('hex')

let folder: string
let server: Server
let url: string
/** The requests to the server, and the server's files. */
let asked: string[]
let served: Map<string, string>
/** A special response that replaces the files. */
let answer: ((response: ServerResponse, place: string) => void) | undefined
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'mbs-lookaside-'))
  for (const name of ['checkout/SOURCES', 'scratch', 'elsewhere'])
    await mkdir(path.join(folder, name), { recursive: true })
  asked = []
  served = new Map()
  answer = undefined
  server = createServer((request, response) => {
    asked.push(request.url ?? '')
    if (answer !== undefined) {
      answer(response, request.url ?? '')
      return
    }
    const text = served.get(request.url ?? '')
    response.statusCode = text === undefined ? 404 : text === 'ill' ? 503 : 200
    response.end(text)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterEach(async () => {
  await new Promise((resolve) => server.close(resolve))
  await rm(folder, { recursive: true })
})

const checkout = (...names: string[]) => path.join(folder, 'checkout', ...names)
const fetchInto = (
  sources: string,
  places: { lookaside: string; cache?: string; branches?: () => Promise<string[]>; bytesMax?: number },
) =>
  fetchSources(
    { checkout: checkout(), sources, scratch: path.join(folder, 'scratch') },
    { branches: () => Promise.reject(new Error('nobody needs branches')), ...places },
    'x',
  )

test('archives of both lists come from a lookaside that keeps them by their digests', async () => {
  await writeFile(checkout('.x.metadata'), `${digest('sha1')} SOURCES/a.tgz\n`)
  await writeFile(checkout('sources'), `${digest('md5', 'b')}  b.tgz\n`)
  served.set(`/${digest('sha1')}`, content).set(`/${digest('md5', 'b')}`, 'b')
  await fetchInto(checkout('SOURCES'), { lookaside: `${url}/{hash}` })
  expect(await readFile(checkout('SOURCES', 'a.tgz'), 'utf8')).toBe(content)
  expect(await readFile(checkout('SOURCES', 'b.tgz'), 'utf8')).toBe('b')
  expect(await readdir(path.join(folder, 'scratch'))).toEqual([])
})

test('archives of a component with a cache come from there, and from nowhere else', async () => {
  await writeFile(checkout('sources'), `SHA256 (a@1.tgz) = ${digest('sha256')}\n`)
  const place = `/own/x/a%401.tgz/sha256/${digest('sha256')}/a%401.tgz`
  served.set(place, content)
  await fetchInto(checkout(), { lookaside: `${url}/{hash}`, cache: `${url}/own/x` })
  expect(asked).toEqual([place])
  expect(await readFile(checkout('a@1.tgz'), 'utf8')).toBe(content)
  served.clear()
  await expect(fetchInto(checkout(), { lookaside: `${url}/{hash}`, cache: `${url}/own/x/` })).rejects.toThrow(
    `x: its cache has no ${url}${place}`,
  )
})

test('a cache on this machine is for those whose lookaside is there too', async () => {
  const digits = digest('md5')
  await writeFile(checkout('sources'), `MD5 (a) = ${digits}\n`)
  const place = path.join(folder, 'elsewhere', 'a', 'md5', digits)
  await mkdir(place, { recursive: true })
  await writeFile(path.join(place, 'a'), content)
  const cache = pathToFileURL(path.join(folder, 'elsewhere')).href
  await expect(fetchInto(checkout(), { lookaside: url, cache })).rejects.toThrow(
    /x: its cache file:.* is a folder of this machine; give an http\(s\) URL/,
  )
  await fetchInto(checkout(), { lookaside: 'file:///nonexistent', cache })
  expect(await readFile(checkout('a'), 'utf8')).toBe(content)
})

test('every digest that is given must be that of the archive', async () => {
  await writeFile(checkout('sources'), `SHA512 (a) = ${digest('sha512')}\n`)
  await writeFile(checkout('.x.metadata'), `${'0'.repeat(32)} SOURCES/a\n`)
  served.set(`/${digest('sha512')}`, content)
  await expect(fetchInto(checkout(), { lookaside: `${url}/{hash}` })).rejects.toThrow(
    `x: a from the lookaside: checksum mismatch: MD5 ${digest('md5')}, expected ${'0'.repeat(32)} (.x.metadata)`,
  )
  expect(await readdir(checkout())).not.toContain('a')
})

test('a lookaside that is ill is not the author’s fault, one that has no such archive is', async () => {
  await writeFile(checkout('sources'), `SHA1 (a) = ${digest('sha1')}\n`)
  await expect(fetchInto(checkout(), { lookaside: `${url}/{hash}` })).rejects.toThrow(UserError)
  served.set(`/${digest('sha1')}`, 'ill')
  await expect(fetchInto(checkout(), { lookaside: `${url}/{hash}` })).rejects.toThrow(InfraError)
})

test('nothing is read or written through a link, and no folder is replaced', async () => {
  const victim = path.join(folder, 'elsewhere', 'victim')
  await writeFile(victim, 'mine')
  await symlink(victim, checkout('a'))
  await symlink(victim, checkout('.x.metadata'))
  await writeFile(checkout('sources'), `SHA1 (a) = ${digest('sha1')}\n`)
  served.set(`/${digest('sha1')}`, content)
  await fetchInto(checkout(), { lookaside: `${url}/{hash}` })
  expect(await readFile(victim, 'utf8')).toBe('mine')
  expect(await readFile(checkout('a'), 'utf8')).toBe(content)
  await writeFile(checkout('sources'), `SHA1 (SOURCES) = ${digest('sha1')}\n`)
  await expect(fetchInto(checkout(), { lookaside: `${url}/{hash}` })).rejects.toThrow(
    'x: sources names SOURCES, which is a folder of its repository',
  )
})

test('an archive that the server calls compressed is had as it is', async () => {
  const packed = gzipSync(content)
  await writeFile(checkout('sources'), `MD5 (a.tgz) = ${createHash('md5').update(packed).digest('hex')}\n`)
  answer = (response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(packed)
  await fetchInto(checkout(), { lookaside: `${url}/{hash}` })
  expect(await readFile(checkout('a.tgz'))).toEqual(packed)
})

test('a download that breaks off is the lookaside’s fault, and names it', async () => {
  await writeFile(checkout('sources'), `MD5 (a) = ${digest('md5')}\n`)
  answer = (response) => {
    response.writeHead(200, { 'content-length': 100 }).write('x', () => response.destroy())
  }
  const broken = fetchInto(checkout(), { lookaside: `${url}/{hash}` })
  await expect(broken).rejects.toThrow(InfraError)
  await expect(broken).rejects.toThrow(`lookaside: ${url}/${digest('md5')}: aborted`)
})

test('a lookaside leads to places of its own, and to no other server', async () => {
  await writeFile(checkout('sources'), `MD5 (a) = ${digest('md5')}\n`)
  const redirect = (to: string) => {
    asked = []
    answer = (response, place) => {
      if (place === '/moved') response.end(content)
      else response.writeHead(302, { location: to }).end()
    }
    return fetchInto(checkout(), { lookaside: `${url}/{hash}` })
  }
  await redirect('/moved')
  expect(await readFile(checkout('a'), 'utf8')).toBe(content)
  // The other server is the same one, under another name.
  const { port } = server.address() as AddressInfo
  for (const elsewhere of [`http://localhost:${port}/moved`, 'file:///etc/passwd', 'http://[']) {
    const refused = redirect(elsewhere)
    await expect(refused).rejects.toThrow(UserError)
    await expect(refused).rejects.toThrow(
      /^http:\S+ redirects to another server; the service does not follow such redirects/,
    )
    expect(asked).toHaveLength(1)
  }
  await expect(redirect('/again')).rejects.toThrow('more than 5 redirects')
})

test('archives that are kept by branches come from the first branch that has them', async () => {
  const [sha1, md5] = [digest('sha1'), digest('md5', 'b')]
  await writeFile(checkout('.x.metadata'), `${sha1} SOURCES/a.tgz\n${md5} SOURCES/b.tgz\n`)
  served.set(`/sources/x/c8/stream/${sha1}`, content).set(`/sources/x/c9/${md5}`, 'b')
  const lookaside = `${url}/sources/{name}/{branch}/{hash}`
  let calls = 0
  const branches = () => Promise.resolve(calls++ === 0 ? ['c9', 'c8/stream', 'old'] : [])
  await fetchInto(checkout('SOURCES'), { lookaside, branches })
  expect(asked).toEqual([`/sources/x/c9/${sha1}`, `/sources/x/c8/stream/${sha1}`, `/sources/x/c9/${md5}`])
  expect(await readFile(checkout('SOURCES', 'a.tgz'), 'utf8')).toBe(content)
  // A wrong archive is no reason to try the next branch, and neither is a server that is out of order.
  served.set(`/sources/x/c9/${sha1}`, 'other')
  const again = () =>
    fetchInto(checkout('SOURCES'), { lookaside, branches: () => Promise.resolve(['c9', 'c8/stream']) })
  await expect(again()).rejects.toThrow(/x: a\.tgz from the lookaside: checksum mismatch: SHA-1 /)
  served.set(`/sources/x/c9/${sha1}`, 'ill')
  await expect(again()).rejects.toThrow(InfraError)
  served.clear()
  await expect(again()).rejects.toThrow(
    `x: the lookaside has none of: ${url}/sources/x/c9/${sha1}, ${url}/sources/x/c8/stream/${sha1}`,
  )
  const none = { lookaside, branches: () => Promise.resolve([]) }
  await expect(fetchInto(checkout('SOURCES'), none)).rejects.toThrow(
    /x: the lookaside stores archives by branch, but no branch contains this commit/,
  )
  // A package without archives asks for no branches.
  await rm(checkout('.x.metadata'))
  await fetchInto(checkout(), { lookaside })
})

test('an archive that never ends is fetched no further than archives may be large', async () => {
  await writeFile(checkout('sources'), `${digest('md5')}  a.tgz\n`)
  const endless = createServer((_, response) => {
    const more = () => {
      while (response.writable && response.write(Buffer.alloc(100_000)));
    }
    response.on('drain', more)
    more()
  })
  await new Promise<void>((resolve) => endless.listen(0, '127.0.0.1', resolve))
  const lookaside = `http://127.0.0.1:${(endless.address() as AddressInfo).port}/{hash}`
  await expect(fetchInto(checkout(), { lookaside, bytesMax: 3 * 1024 * 1024 })).rejects.toThrow(
    /^http:\S+ is larger than 3 MB$/,
  )
  endless.closeAllConnections()
  endless.close()
  expect(await readdir(path.join(folder, 'scratch'))).toEqual([])
})

test('a list of sources of many megabytes is refused and not read', async () => {
  await writeFile(checkout('sources'), 'x'.repeat(2 * 1024 * 1024))
  await expect(fetchInto(checkout(), { lookaside: `${url}/{hash}` })).rejects.toThrow(
    'x: sources is larger than 1024 KB',
  )
})
