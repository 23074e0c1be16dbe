import { mkdir, writeFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { moduleDocument } from './support/dist-git.ts'
import { openHouse, type House } from './support/house.ts'

/** Time limits in this file: short, so that the tests wait little, and long enough for a busy machine. */
const patienceSeconds = 1

let house: House
beforeAll(async () => {
  house = await openHouse({
    config: {
      'http.headSeconds': patienceSeconds,
      'http.bodySeconds': patienceSeconds,
      'http.names': ['mbs.example.org'],
    },
  })
  await house.distGit.commit('rpms/a', 'main', { 'a.spec': '' })
})
afterAll(() => house.close())

function open(url = house.url()): Socket {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => undefined)
  return socket
}

/** Returns all data until the other side closes the connection. */
async function rest(socket: Socket): Promise<string> {
  let text = ''
  socket.on('data', (chunk: Buffer) => (text += chunk.toString()))
  await new Promise<void>((resolve) => socket.on('close', () => resolve()))
  return text
}

/** Sends a request with any headers, as a browser would; fetch does not allow that. */
async function ask(
  method: string,
  route: string,
  headers: Record<string, string | undefined> = {},
  body = '',
  url = house.url(),
): Promise<{ status: number; text: string }> {
  const socket = open(url)
  const all: Record<string, string | undefined> = {
    host: new URL(url).host,
    ...(body === ''
      ? {}
      : { 'content-type': 'application/json', 'content-length': `${Buffer.byteLength(body)}` }),
    connection: 'close',
    ...headers,
  }
  const lines = Object.entries(all).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}: ${value}`],
  )
  socket.write(`${[`${method} ${route} HTTP/1.1`, ...lines].join('\r\n')}\r\n\r\n${body}`)
  const text = await rest(socket)
  return { status: Number(text.split(' ')[1]), text }
}

const builds = '/module-build-service/2/module-builds/'
let count = 0
/** Submits a valid module with these headers. */
async function submit(headers: Record<string, string | undefined>) {
  const submission = await house.distGit.module(`m${count++}`, moduleDocument({ a: 1 }))
  return ask('POST', builds, headers, JSON.stringify(submission))
}
const port = () => new URL(house.url()).port

describe('where nobody has to say who they are', () => {
  test('a form on another site cannot submit a build', async () => {
    const form =
      '--x\r\ncontent-disposition: form-data; name="scmurl"\r\n\r\nhttps://example.org\r\n--x--\r\n'
    const multipart = {
      'content-type': 'multipart/form-data; boundary=x',
      'content-length': String(form.length),
      origin: 'https://evil.example',
      'sec-fetch-site': 'cross-site',
    }
    const answer = await ask('POST', builds, multipart, form)
    expect(answer.status).toBe(403)
    expect(answer.text).toContain('Pages of other sites (https://evil.example) may not change anything.')
    for (const headers of [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: `http://localhost:${Number(port()) + 1}` },
      { origin: `http://127.0.0.1.evil.example:${port()}` },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site', origin: `http://127.0.0.1:${port()}` },
    ])
      expect([headers, (await ask('POST', builds, headers, '{}')).status]).toEqual([headers, 403])
  })

  test('a name that was rebound to this machine is refused, also to read', async () => {
    for (const host of [
      `evil.example:${port()}`,
      'evil.example',
      '127.0.0.1.evil.example',
      '192.0.2.1',
      '[::2]',
      '',
    ])
      for (const [method, route] of [
        ['GET', builds],
        ['POST', builds],
        ['GET', '/openapi.json'],
        ['GET', '/api/'],
        ['GET', '/repos/x'],
        ['GET', '/nothing'],
      ] as const)
        expect([host, route, (await ask(method, route, { host })).status]).toEqual([host, route, 403])
    const rebound = `evil.example:${port()}`
    const answer = await submit({
      host: rebound,
      origin: `http://${rebound}`,
      'sec-fetch-site': 'same-origin',
    })
    expect(answer.status).toBe(403)
    expect(answer.text).toContain(`\\"${rebound}\\" is not a name of this service.`)
  })

  test('the service’s own pages, and whoever is no browser, go on working', async () => {
    for (const headers of [
      {},
      { origin: `http://127.0.0.1:${port()}`, 'sec-fetch-site': 'same-origin' },
      { host: `LOCALHOST:${port()}`, origin: `http://localhost:${port()}`, 'sec-fetch-site': 'same-origin' },
      { host: '[::1]' },
      { host: '127.8.9.1' },
      { 'sec-fetch-site': 'none' },
      { host: 'mbs.example.org', origin: 'https://mbs.example.org', 'sec-fetch-site': 'same-origin' },
    ])
      expect([headers, (await ask('POST', builds, headers, '{}')).text]).toEqual([
        headers,
        expect.stringContaining('scmurl is missing'),
      ])
    const page = { origin: `http://127.0.0.1:${port()}`, 'sec-fetch-site': 'same-origin' }
    expect([(await submit({})).status, (await submit(page)).status]).toEqual([201, 201])
    for (const route of ['/api/', '/openapi.json', builds])
      expect((await ask('GET', route, { 'sec-fetch-site': 'cross-site' })).status).toBe(200)
    const old = open()
    old.write(`GET ${builds} HTTP/1.0\r\n\r\n`)
    expect(await rest(old)).toContain('200 OK')
  })
})

test('where people say who they are any host is right, but no page of another site', async () => {
  const token = { authorization: 'Bearer hunter2' }
  const digest = 'f52fbd32b2b3b86ff88ef6c490628285f482af15ddcb29541f94bcf526a3f6c7'
  const known = await openHouse({ config: { 'auth.tokens': { ada: digest }, 'auth.admins': ['ada'] } })
  const url = known.url()
  const change = (headers: Record<string, string>) =>
    ask('POST', '/hub/tags/', { ...token, ...headers }, JSON.stringify({ name: '' }), url)
  expect((await ask('GET', builds, { host: 'mbs.example.com' }, '', url)).status).toBe(200)
  expect((await change({ host: 'mbs.example.com', origin: 'https://mbs.example.com' })).status).toBe(400)
  expect((await change({ host: 'mbs.example.com', origin: 'https://evil.example' })).status).toBe(403)
  await known.close()
})

describe('headers of a web server in front', () => {
  const said = { 'x-scheme': 'https', 'x-forwarded-host': 'mbs.example.org', 'x-script-name': '/mbs' }

  test('are ignored from any other address', async () => {
    const answer = await ask('GET', `${builds}?per_page=1`, said)
    expect(answer.text).toContain(`"first":"http://127.0.0.1:${port()}${builds}?`)
    expect((await ask('GET', `/mbs${builds}`, said)).status).toBe(404)
  })

  test('count from its network, where the host that it was asked for is ours', async () => {
    const proxied = await openHouse({
      config: { 'http.proxies': ['127.0.0.0/8'], 'http.names': ['mbs.example.org'] },
    })
    const url = proxied.url()
    const answer = await ask('GET', `/mbs${builds}?per_page=1`, said, '', url)
    expect(answer.text).toContain(`"first":"https://mbs.example.org/mbs${builds}?`)
    const own = { ...said, origin: 'https://mbs.example.org' }
    expect((await ask('POST', builds, own, '{}', url)).status).toBe(400)
    const rebound = { ...said, 'x-forwarded-host': 'evil.example', origin: 'https://evil.example' }
    expect((await ask('POST', builds, rebound, '{}', url)).status).toBe(403)
    expect((await ask('GET', builds, rebound, '', url)).status).toBe(403)
    await proxied.close()
  })
})

describe('patience', () => {
  test('300 clients that send a head and a body very slowly are disconnected, and others are served meanwhile', async () => {
    const head = `POST ${builds} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n`
    const starts = [
      '',
      'GET / HT',
      head,
      `${head}content-length: 1000\r\n\r\n{`,
      `${head}transfer-encoding: chunked\r\n\r\n1\r\n{\r\n`,
      `GET ${builds} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 1000\r\n\r\n{`,
    ]
    const began = performance.now()
    const sockets = Array.from({ length: 300 }, (_, index) => {
      const socket = open()
      const start = starts[index % starts.length] ?? ''
      socket.write(start)
      const drop = start.endsWith('{\r\n') ? '1\r\n \r\n' : start.endsWith('{') ? ' ' : 'x'
      const timer = setInterval(() => socket.writable && start !== '' && socket.write(drop), 200)
      socket.on('close', () => clearInterval(timer))
      return socket
    })
    const ends = sockets.map(rest)
    expect((await house.request('GET', '/healthz')).status).toBe(200)
    const said = await Promise.all(ends)
    expect(performance.now() - began).toBeLessThan(60_000)
    const told = (what: string) =>
      said.filter((text) => text.includes(`The ${what} of the request did not arrive in time.`))
    expect([told('head').length, told('body').length].map((number) => number >= 100)).toEqual([true, true])
    expect((await house.request('GET', '/metrics')).text).not.toMatch(/status="5/)
  })

  test('an upload that keeps coming and a stream of events take as long as they take', async () => {
    const events = open()
    events.write('GET /module-build-service/2/events HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n')
    let heard = ''
    events.on('data', (chunk: Buffer) => (heard += chunk.toString()))
    const socket = open()
    const ended = rest(socket)
    const chunks = 12
    const chunk = Buffer.alloc(64 * 1024, 32)
    socket.write(
      `POST /hub/cg-import HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\ncontent-type: multipart/form-data; boundary=x\r\ncontent-length: ${
        chunks * chunk.length
      }\r\n\r\n`,
    )
    for (let sent = 0; sent < chunks; sent++) {
      socket.write(chunk)
      await sleep((patienceSeconds * 1000) / 4)
    }
    // The service has read the whole body, and the body is no form.
    expect(await ended).toContain(' 400 ')
    await submit({})
    await expect.poll(() => heard).toContain('module.state.change')
    events.destroy()
  })
})

describe('a browser', () => {
  test('runs no script in the files of builds', async () => {
    const folder = path.join(await house.buildsDir(), 'composes')
    await mkdir(folder, { recursive: true })
    const page = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    for (const name of ['page.html', 'page.svg', 'page.xml', 'page.xhtml', 'page.js'])
      await writeFile(path.join(folder, name), page)
    for (const name of ['page.html', 'page.svg', 'page.xml', 'page.xhtml', 'page.js']) {
      const response = await house.ask(`/repos/${name}`)
      expect(await response.text()).toBe(page)
      expect(response.headers.get('content-type')).toBe('application/octet-stream')
      expect(response.headers.get('content-security-policy')).toMatch(/default-src 'none'.*sandbox/)
    }
  })

  test('guesses no types, and puts nothing into a frame', async () => {
    const events = await house.ask('/module-build-service/2/events')
    expect(events.headers.get('x-content-type-options')).toBe('nosniff')
    await events.body?.cancel()
    // A stream has no end, so this path does not answer HEAD.
    expect((await ask('HEAD', '/module-build-service/2/events')).status).toBe(404)
    const bad = open()
    bad.write('no request\r\n\r\n')
    const texts = [
      (await ask('GET', builds)).text,
      (await ask('GET', '/nothing')).text,
      (await ask('GET', '/%ff')).text,
      (await ask('POST', builds, {}, '{')).text,
      (await ask('GET', '/', { host: 'evil.example' })).text,
      (await ask('GET', '/api/')).text,
      (await ask('GET', '/api/static/swagger-ui.css')).text,
      (await ask('GET', '/metrics')).text,
      await rest(bad),
    ]
    for (const text of texts) {
      const head = text.slice(0, text.indexOf('\r\n\r\n')).toLowerCase()
      expect(head).toContain('x-content-type-options: nosniff')
      expect(head).toContain('x-frame-options: deny')
      expect(head).toMatch(/content-security-policy: .*frame-ancestors 'none'/)
    }
  })

  test('shows the page of the API, whose scripts are files of ours', async () => {
    const response = await house.ask('/api/')
    const policy = response.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("script-src 'self';")
    expect(policy).not.toContain('sandbox')
    const page = await response.text()
    const scripts = [...page.matchAll(/<script([^>]*)>([^<]*)/g)]
    expect(scripts.length).toBeGreaterThan(1)
    for (const [, attributes = '', text = ''] of scripts) {
      expect(text.trim()).toBe('')
      const [, file = ''] = /src="([^"]+)"/.exec(attributes) ?? []
      expect((await fetch(new URL(file, `${house.url()}/api/`))).status).toBe(200)
    }
  })
})

test('a connection that is in use when the service stops is closed after its answer', async () => {
  const socket = open()
  const answer = rest(socket)
  const { host } = new URL(house.url())
  socket.write(
    `POST /module-build-service/2/module-builds/ HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n`,
  )
  await sleep(200)
  const began = performance.now()
  const restarted = house.restart()
  await sleep(200)
  socket.write('{}')
  expect(await answer).toContain('HTTP/1.1 400')
  await restarted
  // Connections are kept for 72 s otherwise.
  expect(performance.now() - began).toBeLessThan(30_000)
})

test('a client that does not read its response does not keep the service from stopping', async () => {
  const socket = open()
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()))
  const { host } = new URL(house.url())
  socket.pause()
  // Together longer than the buffers of the machine.
  socket.write(`GET /api/static/swagger-ui-bundle.js HTTP/1.1\r\nhost: ${host}\r\n\r\n`.repeat(50))
  await sleep(500)
  await house.restart()
  socket.resume()
  await closed
})
