import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'

/** A server like WebDAV's, in memory: clients must make a folder before the files in it, unless the server does. */
export class FileServer {
  readonly files = new Map<string, Buffer>()
  readonly folders = new Set<string>()
  readonly asked: string[] = []
  /** The faults of requests with these methods. */
  readonly faults = new Map<string, 'hangs' | 'cuts' | number>()
  private readonly server = http.createServer((request, response) => void this.answer(request, response))

  async start(): Promise<string> {
    this.server.listen(0, '127.0.0.1')
    await once(this.server, 'listening')
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/artifacts/`
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections()
    this.server.close()
    await once(this.server, 'close')
  }

  private async answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const { method = '', url = '' } = request
    this.asked.push(method)
    const body = Buffer.concat((await request.toArray()) as Buffer[])
    const fault = this.faults.get(method)
    if (fault === 'hangs') return
    if (fault === 'cuts') {
      response.writeHead(200, { 'content-length': '1000' }).write('half')
      setTimeout(() => response.destroy(), 20)
      return
    }
    if (fault !== undefined) return void response.writeHead(fault).end('a page about it')
    const [status, content] = this.perform(method, url, body)
    if (content === undefined) return void response.writeHead(status).end()
    response.writeHead(status, { 'content-length': content.length }).end(method === 'HEAD' ? '' : content)
  }

  private perform(method: string, url: string, body: Buffer): [status: number, content?: Buffer] {
    const folder = `${path.dirname(url)}/`
    const content = this.files.get(url)
    if (method === 'MKCOL') return this.folders.has(url) ? [405] : (this.folders.add(url), [201])
    if (method === 'PUT')
      return this.folders.has(folder)
        ? (this.files.set(url, body), [content === undefined ? 201 : 204])
        : [409]
    if (content === undefined) return [404]
    if (method === 'DELETE') return (this.files.delete(url), [204])
    return [200, content]
  }
}
