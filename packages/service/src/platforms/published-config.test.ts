import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { publishedPlatform } from './published-config.ts'

const folder = mkdtempSync(path.join(os.tmpdir(), 'mbs-platform-'))
const lists = new Map([
  ['/list', '# mirrors\nrsync://no.test/x\nhttps://mirror.test/el9/\nhttps://other.test/\n'],
  [
    '/metalink',
    '<metalink><url protocol="rsync">rsync://no.test/repodata/repomd.xml</url>\n<url protocol="https">https://mirror.test/crb/repodata/repomd.xml</url></metalink>',
  ],
  ['/none', '<metalink/>'],
])
const server = http.createServer((request, response) => {
  const text = lists.get(request.url ?? '')
  response.writeHead(text === undefined ? 503 : 200).end(text)
})
let address: string
beforeAll(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
  rmSync(folder, { recursive: true })
})

/** Configures a platform from a `.repo` file. */
async function of(text: string, stream: string | undefined = 'el9') {
  const file = path.join(folder, 'el.repo')
  writeFileSync(file, text)
  return publishedPlatform({ stream, places: [file], host: false }, () => undefined)
}

test('a platform is made of repositories, folders and files of repositories', async () => {
  const file = path.join(folder, 'two.repo')
  writeFileSync(
    file,
    `[copr:x]\nmirrorlist=${address}/list\n[crb]\nmetalink=${address}/metalink\n[off]\nenabled=0`,
  )
  const places = [file, folder, 'https://mirror.test/extra/']
  const { stream, config } = await publishedPlatform(
    { stream: 'platform:el9', places, host: false },
    (name) => (name === 'el9' ? { generated: true, buildGroup: ['bash'], disttagMarking: 'x' } : undefined),
  )
  expect(stream).toBe('el9')
  expect(config).toEqual({
    repositories: [
      { name: 'r1-copr-x', url: 'https://mirror.test/el9' },
      { name: 'r2-crb', url: 'https://mirror.test/crb' },
      { name: 'r3-repository', url: `file://${folder}` },
      { name: 'r4-repository', url: 'https://mirror.test/extra' },
    ],
    buildGroup: ['bash'],
    srpmBuildGroup: expect.arrayContaining(['rpm-build']) as string[],
    arches: [os.machine()],
    disttagMarking: 'x',
    publishedModules: true,
  })
})

test('what makes no platform is told, with what would', async () => {
  await expect(of(`[a]\nmirrorlist=${address}/none`)).rejects.toThrow('has no mirror with http(s)')
  await expect(of(`[a]\nmirrorlist=${address}/away`)).rejects.toThrow('HTTP 503')
  await expect(of('[a]\nbaseurl=ftp://x/')).rejects.toThrow('must be http(s)://')
  await expect(of('[a]\nbaseurl=file:///srv/a%20b')).rejects.toThrow('without % and blanks')
  await expect(of('[a]\nenabled=0')).rejects.toThrow('no repository is enabled in ')
  const nowhere = publishedPlatform({ stream: 'el9', places: ['/nowhere'], host: false }, () => undefined)
  await expect(nowhere).rejects.toThrow('there is no /nowhere; give a .repo file')
})
