import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { execa } from 'execa'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { DistGit } from './dist-git.ts'

let folder: string
let distGit: DistGit
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'mbs-dist-git-'))
  await execa('git', ['init', '--quiet', path.join(folder, 'empty')])
  distGit = new DistGit({ cacheDir: path.join(folder, 'cache'), timeoutSeconds: 1 })
})
afterAll(() => rm(folder, { recursive: true }))

test('a repository is there, even an empty one, or it is not', async () => {
  const url = pathToFileURL(folder).href
  expect(await distGit.hasRepository(`${url}/empty`)).toBe(true)
  expect(await distGit.hasRepository(`${url}/nowhere`)).toBe(false)
  expect(await distGit.hasRepository(`--upload-pack=touch ${folder}/touched`)).toBe(false)
})

test('a server that does not answer keeps nobody waiting for a hint', async () => {
  const sockets: Socket[] = []
  const silent = createServer((socket) => sockets.push(socket))
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  const { port } = silent.address() as AddressInfo
  const began = performance.now()
  expect(await distGit.hasRepository(`http://127.0.0.1:${port}/x`)).toBe(false)
  expect(performance.now() - began).toBeLessThan(5000)
  for (const socket of sockets) socket.destroy()
  silent.close()
})
