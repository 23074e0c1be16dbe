import { mkdtemp, readdir, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { FileServer } from '../../test/support/file-server.ts'
import { bytesOf, keepsTheStoreContract, sha256Of } from './contract.testing.ts'
import { HttpStore } from './index.ts'

let server: FileServer
let cacheFolder: string
let url: string
beforeEach(async () => {
  server = new FileServer()
  url = await server.start()
  cacheFolder = await mkdtemp(path.join(os.tmpdir(), 'mbs-test-artifacts-'))
})
afterEach(async () => {
  await server.stop()
  await rm(cacheFolder, { recursive: true, force: true })
})

const place = (sha256: string) => `/artifacts/${sha256.slice(0, 2)}/${sha256}`
const unfinished = () => readdir(path.join(cacheFolder, 'tmp')).catch(() => [])

keepsTheStoreContract('HTTP', () =>
  Promise.resolve({
    store: new HttpStore({ url, cacheFolder }),
    hasFiles: true,
    spoil: (sha256, bytes) => Promise.resolve(void server.files.set(place(sha256), bytes)),
    unfinished,
    close: () => Promise.resolve(),
  }),
)

describe('artifacts on an HTTP server', () => {
  const write = async (store: HttpStore, text: string) => {
    const { sha256, file } = await store.receive(bytesOf(text))
    await store.write(sha256, file).finally(() => store.discard(file))
    return sha256
  }
  /** Opens a store on a machine that has none of the files. */
  const elsewhere = async (options = {}) => {
    await rm(cacheFolder, { recursive: true, force: true })
    return new HttpStore({ url, cacheFolder, ...options })
  }

  test('lie where the address says', async () => {
    const sha256 = await write(new HttpStore({ url, cacheFolder }), 'text')
    expect([...server.files]).toEqual([[place(sha256), Buffer.from('text')]])
  })

  test('are fetched once, and kept until they are removed', async () => {
    const sha256 = await write(new HttpStore({ url, cacheFolder }), 'text')
    const store = await elsewhere()
    server.asked.length = 0
    expect(await store.path(sha256)).toBe(await store.path(sha256))
    expect(server.asked).toEqual(['GET'])
    await store.remove(sha256)
    await expect(store.path(sha256)).rejects.toThrow(`the content of ${sha256} is missing`)
  })

  test('that are wrong on the server are never kept', async () => {
    const sha256 = await write(new HttpStore({ url, cacheFolder }), 'right')
    server.files.set(place(sha256), Buffer.from('wrong'))
    const store = await elsewhere()
    await expect(store.path(sha256)).rejects.toThrow(`the content of ${sha256} is damaged`)
    expect(await unfinished()).toEqual([])
    server.files.set(place(sha256), Buffer.from('right'))
    expect(await store.path(sha256)).toContain(cacheFolder)
  })

  test.each([
    ['HEAD', 503, 'HTTP 503'],
    ['HEAD', 'hangs', 'timeout'],
    ['GET', 500, 'HTTP 500'],
    ['GET', 'hangs', 'timeout'],
    ['GET', 'cuts', 'terminated'],
    ['PUT', 507, 'HTTP 507'],
    ['PUT', 'hangs', 'timeout'],
    ['MKCOL', 403, 'HTTP 403'],
    ['DELETE', 403, 'HTTP 403'],
    ['DELETE', 'hangs', 'timeout'],
  ] as const)('are away for a while when %s ends in %s', async (method, fault, words) => {
    const store = await elsewhere({ answerMsMax: 200, transferMsMax: 200 })
    const sha256 = sha256Of('text')
    server.faults.set(method, fault)
    const asks = {
      HEAD: () => store.has(sha256),
      GET: () => store.path(sha256),
      PUT: () => write(store, 'text'),
      MKCOL: () => write(store, 'text'),
      DELETE: () => store.remove(sha256),
    }
    const error: unknown = await asks[method]().catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ name: 'InfraError', service: 'artifact store' })
    expect(String(error)).toContain(`${method} ${url}`)
    expect(String(error)).toContain(words)
    expect(await unfinished()).toEqual([])
    server.faults.clear()
    expect(await write(store, 'text')).toBe(sha256)
    expect(await store.has(sha256)).toEqual({ size: 4 })
  })

  test('are away when nobody listens, and the sentence says why', async () => {
    const store = new HttpStore({ url: 'http://127.0.0.1:1/', cacheFolder })
    await expect(store.has(sha256Of('x'))).rejects.toMatchObject({ name: 'InfraError' })
    await expect(store.has(sha256Of('x'))).rejects.toThrow(/artifact store: HEAD http:.*: fetch failed: ./)
  })
})
