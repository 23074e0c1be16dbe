import { openAsBlob } from 'node:fs'
import { AwayError, InfraError, messageOf } from '../errors.ts'
import { missingContent, splitDigest, wrongContent } from './content.ts'
import { FolderStore } from './folder-store.ts'
import type { ArtifactStore, Received } from './store.ts'

/** Longest time until a healthy server answers. */
const answerMsDefault = 30_000

/** A slower upload or download has failed. */
const transferMsDefault = 30 * 60_000

/** Bad gateway, service unavailable, gateway timeout, insufficient storage. */
const outOfOrder = new Set([502, 503, 504, 507])

/** The body of a request, and the statuses that count as an answer although they are errors. */
interface Request {
  msMax: number
  body?: Blob
  expected?: readonly number[]
}

/**
 * Artifacts as files `ab/abcdef…` of an HTTP server that accepts writes, for example by WebDAV: PUT, GET, HEAD and
 * DELETE; MKCOL for folders, where the server asks for it (409). A folder of this machine keeps each fetched or written
 * file until the artifact is removed.
 *
 * The server may show a file before it is complete, so the service compares sizes before it relies on a file. The
 * server must not carry out a DELETE after the connection of the request has ended, because the response may be lost.
 */
export class HttpStore implements ArtifactStore {
  private readonly url: string
  private readonly cache: FolderStore
  private readonly answerMsMax: number
  private readonly transferMsMax: number

  /** @param parts.url of the folder, with or without a slash at the end */
  constructor(parts: { url: string; cacheFolder: string; answerMsMax?: number; transferMsMax?: number }) {
    this.url = parts.url.replace(/\/+$/, '')
    this.cache = new FolderStore(parts.cacheFolder)
    this.answerMsMax = parts.answerMsMax ?? answerMsDefault
    this.transferMsMax = parts.transferMsMax ?? transferMsDefault
  }

  receive(source: AsyncIterable<Uint8Array>): Promise<Received> {
    return this.cache.receive(source)
  }

  receiveFile(file: string): Promise<Received> {
    return this.cache.receiveFile(file)
  }

  discard(file: string): Promise<void> {
    return this.cache.discard(file)
  }

  async write(sha256: string, file: string): Promise<void> {
    const put = async (expected?: readonly number[]) => {
      const body = await openAsBlob(file)
      const request = { msMax: this.transferMsMax, body, ...(expected === undefined ? {} : { expected }) }
      const response = await this.ask('PUT', this.place(sha256), request)
      await response.body?.cancel()
      return response.status
    }
    if ((await put([409])) === 409) {
      await this.makeFolder(sha256)
      await put()
    }
    await this.cache.write(sha256, file)
  }

  async has(sha256: string): Promise<{ size: number } | undefined> {
    const request = { msMax: this.answerMsMax, expected: [404, 410] }
    const { ok, headers } = await this.ask('HEAD', this.place(sha256), request)
    if (!ok) return undefined
    const size = headers.get('content-length')
    if (size === null)
      throw new InfraError('artifact store', `HEAD ${this.place(sha256)}: the answer has no Content-Length`)
    return { size: Number(size) }
  }

  async path(sha256: string): Promise<string> {
    if ((await this.cache.has(sha256)) === undefined) await this.download(sha256)
    return this.cache.path(sha256)
  }

  async *read(sha256: string): AsyncGenerator<Uint8Array, void> {
    const request = { msMax: this.transferMsMax, expected: [404, 410] }
    const response = await this.ask('GET', this.place(sha256), request)
    if (!response.ok) {
      await response.body?.cancel()
      throw missingContent(sha256)
    }
    try {
      if (response.body !== null) yield* response.body
    } catch (error) {
      throw failed('GET', this.place(sha256), error)
    }
  }

  async remove(sha256: string): Promise<void> {
    const request = { msMax: this.answerMsMax, expected: [404, 410] }
    const response = await this.ask('DELETE', this.place(sha256), request)
    await response.body?.cancel()
    await this.cache.remove(sha256)
  }

  /** Returns the free space of this machine, because the store receives every file here first. */
  freeBytes(): Promise<number> {
    return this.cache.freeBytes()
  }

  removeUnfinished(since: Date): Promise<void> {
    return this.cache.removeUnfinished(since)
  }

  private place(sha256: string): string {
    return `${this.url}/${splitDigest(sha256)[0]}/${sha256}`
  }

  private async download(sha256: string): Promise<void> {
    const received = await this.cache.receive(this.read(sha256))
    try {
      if (received.sha256 !== sha256) throw wrongContent(sha256)
      await this.cache.write(sha256, received.file)
    } finally {
      await this.cache.discard(received.file)
    }
  }

  private async makeFolder(sha256: string): Promise<void> {
    // 405: another process has just made the folder.
    const request = { msMax: this.answerMsMax, expected: [405] }
    const response = await this.ask('MKCOL', `${this.url}/${splitDigest(sha256)[0]}/`, request)
    await response.body?.cancel()
  }

  private async ask(method: string, url: string, { msMax, body, expected = [] }: Request): Promise<Response> {
    const response = await fetch(url, {
      method,
      signal: AbortSignal.timeout(msMax),
      // A compressed response has another length.
      headers: { 'accept-encoding': 'identity' },
      ...(body === undefined ? {} : { body }),
    }).catch((error: unknown) => {
      throw failed(method, url, error)
    })
    if (response.ok || expected.includes(response.status)) return response
    await response.body?.cancel()
    const Failure = outOfOrder.has(response.status) ? AwayError : InfraError
    throw new Failure('artifact store', `${method} ${url}: HTTP ${response.status}`)
  }
}

/** Returns the error of a failed request. The cause of fetch's error describes the connection's failure. */
function failed(method: string, url: string, error: unknown): AwayError {
  const { cause } = error instanceof Error ? error : { cause: undefined }
  const reason = [messageOf(error), ...(cause === undefined ? [] : [messageOf(cause)])].join(': ')
  return new AwayError('artifact store', `${method} ${url}: ${reason}`, '', { cause: error })
}
