import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { createServer as createHttpServer } from 'node:http'
import { createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { execa } from 'execa'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { TestDistGit } from '../../test/support/dist-git.ts'
import { AwayError, UserError } from '../errors.ts'
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

test.each(['http', 'git'])('a server that cannot be reached by %s is away, and is named', async (scheme) => {
  const closed = createServer()
  await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve))
  const { port } = closed.address() as AddressInfo
  await new Promise((resolve) => closed.close(resolve))
  const url = `${scheme}://127.0.0.1:${port}/modules/x`
  const error: unknown = await distGit.resolveRef(url, 'HEAD').catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(AwayError)
  expect(error).toMatchObject({ service: 'dist-git', place: url })
})

test('a commit of a time that no version can have is refused', async () => {
  const repository = path.join(folder, 'late')
  const git = async (args: string[], input: string) =>
    (await execa('git', args, { cwd: repository, input })).stdout
  await execa('git', ['init', '--quiet', repository])
  const tree = await git(['hash-object', '-t', 'tree', '-w', '--stdin'], '')
  const who = 'a <a@example.com>'
  for (const [seconds, isFine] of [
    ['253402300799', true],
    ['253402300800', false],
    ['9000000000000', false],
  ] as const) {
    const text = `tree ${tree}\nauthor ${who} 0 +0000\ncommitter ${who} ${seconds} +0000\n\nlate\n`
    const commit = await git(['hash-object', '-t', 'commit', '-w', '--literally', '--stdin'], text)
    await git(['update-ref', `refs/heads/${seconds}`, commit], '')
    const time = distGit.commitTime(pathToFileURL(repository).href, commit)
    if (isFine) expect((await time).toISOString()).toBe('9999-12-31T23:59:59.000Z')
    else await expect(time).rejects.toThrow(UserError)
  }
})

test('a server that does not answer keeps nobody waiting for a hint', async () => {
  const sockets: Socket[] = []
  const silent = createServer((socket) => sockets.push(socket))
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  const { port } = silent.address() as AddressInfo
  const began = performance.now()
  expect(await distGit.hasRepository(`http://127.0.0.1:${port}/x`)).toBe(false)
  expect(performance.now() - began).toBeLessThan(30_000)
  for (const socket of sockets) socket.destroy()
  silent.close()
})

test('a git that is out of time or stopped leaves no helper behind, which would read for ever', async () => {
  // The server sends an endless list of refs.
  const endless = createHttpServer((_, response) => {
    response.writeHead(200, { 'content-type': 'application/x-git-upload-pack-advertisement' })
    const more = () => void setTimeout(() => response.write('0000'.repeat(16_384), more), 20)
    more()
  })
  await new Promise<void>((resolve) => endless.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(endless.address() as AddressInfo).port}/x`
  const began = performance.now()
  await expect(distGit.resolveRef(url, 'main')).rejects.toThrow('does not answer within 1 s')
  const fetched = distGit.readFile(url, '0'.repeat(40), 'x')
  await expect(fetched).rejects.toThrow('does not answer within 1 s')
  await expect(fetched).rejects.toBeInstanceOf(AwayError)
  const patient = new DistGit({ cacheDir: path.join(folder, 'cache'), timeoutSeconds: 600 })
  await patient.resolveRef(url, 'main', AbortSignal.timeout(500)).catch(() => undefined)
  expect(performance.now() - began).toBeLessThan(60_000)
  // The command line of a helper has the URL.
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')))
  expect(lines.filter((line) => line.includes(url))).toEqual([])
  endless.closeAllConnections()
  endless.close()
})

test('an allowed repository cannot redirect git to another server', async () => {
  const asked: string[] = []
  const inner = createHttpServer((request, response) => {
    asked.push(request.url ?? '')
    response.end()
  })
  const outer = createHttpServer((request, response) => {
    const { port } = inner.address() as AddressInfo
    response.writeHead(302, { location: `http://127.0.0.1:${port}${request.url ?? ''}` }).end()
  })
  for (const server of [inner, outer])
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(outer.address() as AddressInfo).port}/x`
  const patient = new DistGit({ cacheDir: path.join(folder, 'cache'), timeoutSeconds: 60 })
  const sentence = `${url} redirects; the service does not follow redirects; give the target URL`
  const refused = patient.resolveRef(url, 'main')
  await expect(refused).rejects.toThrow(UserError)
  await expect(refused).rejects.toThrow(sentence)
  await expect(patient.readFile(url, '0'.repeat(40), 'a')).rejects.toThrow(sentence)
  expect(await patient.hasRepository(url)).toBe(false)
  expect(asked).toEqual([])
  for (const server of [inner, outer]) server.close()
})

test('the branches of a commit are the ref that named it and all that have it, as they are now', async () => {
  const repositories = await TestDistGit.create()
  try {
    const patient = new DistGit({ cacheDir: path.join(folder, 'branches'), timeoutSeconds: 60 })
    const url = `${repositories.url}/rpms/x`
    const first = await repositories.commit('rpms/x', 'main', { a: '1' })
    // At first the cache has single commits, without their history.
    expect(await patient.readFile(url, first, 'a')).toBe('1\n')
    const second = await repositories.commit('rpms/x', 'c9', { a: '2' })
    expect(await patient.readFile(url, second, 'a')).toBe('2\n')
    await repositories.commit('rpms/x', 'c8/stream', { a: '3' })
    expect(await patient.branchesOf(url, first)).toEqual(['c8/stream', 'c9', 'main'])
    expect(await patient.branchesOf(url, first, 'main')).toEqual(['main', 'c8/stream', 'c9'])
    expect(await patient.branchesOf(url, second, second)).toEqual(['c8/stream', 'c9'])
    // A ref that has moved away from the commit is still the one that named it.
    expect(await patient.branchesOf(url, second, 'main')).toEqual(['main', 'c8/stream', 'c9'])
    expect(await patient.branchesOf(url, second, '--all')).toEqual(['c8/stream', 'c9'])
    await execa('git', ['-C', fileURLToPath(url), 'branch', '--delete', '--force', 'c9'])
    // Several concurrent calls do not disturb each other.
    const asked = await Promise.all([1, 2, 3].map(() => patient.branchesOf(url, second, 'c9')))
    expect(asked).toEqual([['c8/stream'], ['c8/stream'], ['c8/stream']])
    await expect(patient.branchesOf(url, '0'.repeat(40))).rejects.toThrow(/there is no commit 0{40}/)
  } finally {
    await repositories.remove()
  }
})

test('what fetches have left that were cut off is removed, and what another one writes is not', async () => {
  const source = await TestDistGit.create()
  const url = `${source.url}/modules/x`
  const cacheDir = path.join(folder, 'cut-off')
  const patient = new DistGit({ cacheDir, timeoutSeconds: 60 })
  const first = await source.commit('modules/x', '1', { a: '1' })
  expect(await patient.readFile(url, first, 'a')).toBe('1\n')
  const [name = ''] = (await readdir(cacheDir)).filter((entry) => entry.endsWith('.git'))
  const objects = path.join(cacheDir, name, 'objects')
  await mkdir(path.join(objects, 'ab'))
  for (const part of ['pack/tmp_pack_old', 'ab/tmp_obj_old', 'pack/tmp_pack_new']) {
    await writeFile(path.join(objects, part), 'part')
    if (part.endsWith('old')) await utimes(path.join(objects, part), 1000, 1000)
  }
  const second = await source.commit('modules/x', '1', { a: '2' })
  expect(await patient.readFile(url, second, 'a')).toBe('2\n')
  expect(await patient.readFile(url, first, 'a')).toBe('1\n')
  const left = (await readdir(objects, { recursive: true })).filter((entry) => entry.includes('tmp_'))
  expect(left).toEqual(['pack/tmp_pack_new'])
  await source.remove()
})

test('a document of many megabytes is refused and not read', async () => {
  const source = await TestDistGit.create()
  const commit = await source.commit('modules/large', '1', { 'large.yaml': 'x'.repeat(5 * 1024 * 1024) })
  await expect(distGit.readFile(`${source.url}/modules/large`, commit, 'large.yaml')).rejects.toThrow(
    /^large\.yaml in file:\S+ is larger than 4 MB, the limit$/,
  )
  await source.remove()
})

test('for many refs at once, only a limited number of gits run at once, and none gets a secret of the service or all memory', async () => {
  const bin = path.join(folder, 'bin')
  const running = path.join(folder, 'running')
  await mkdir(bin)
  await mkdir(running)
  // A git that records the number of running gits.
  const script = `#!/bin/sh\n{ env; ulimit -d; ulimit -f; } > ${folder}/environment; touch ${running}/$$; ls ${running} | wc -l >> ${folder}/counts; sleep 0.2; rm ${running}/$$\n`
  await writeFile(path.join(bin, 'git'), script, { mode: 0o755 })
  const { PATH = '' } = process.env
  process.env['PATH'] = `${bin}:${PATH}`
  process.env['MBS_TEST_SECRET'] = 'secret'
  try {
    const patient = new DistGit({ cacheDir: path.join(folder, 'cache'), timeoutSeconds: 60 })
    const refs = Array.from({ length: 60 }, (_, number) => `ref-${number}`)
    await Promise.all(refs.map((ref) => patient.resolveRef('file:///nowhere', ref)))
  } finally {
    process.env['PATH'] = PATH
    delete process.env['MBS_TEST_SECRET']
  }
  const counts = (await readFile(path.join(folder, 'counts'), 'utf8')).trim().split('\n').map(Number)
  expect(counts).toHaveLength(60)
  expect(Math.max(...counts)).toBeLessThanOrEqual(24)
  const environment = await readFile(path.join(folder, 'environment'), 'utf8')
  expect(environment).toContain('GIT_TERMINAL_PROMPT=0')
  expect(environment).not.toContain('SECRET')
  expect(environment).not.toContain('unlimited')
})
