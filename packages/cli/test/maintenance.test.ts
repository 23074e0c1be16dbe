import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { moduleDocument } from '../../service/test/support/dist-git.ts'
import { openHouse, type House } from '../../service/test/support/house.ts'

const command = path.join(import.meta.dirname, '..', 'bin', 'mbs')
let house: House
let folder: string
beforeAll(async () => {
  house = await openHouse({ script: { outcomes: { flaky: ['failed', 'complete'] } } })
  for (const name of ['a', 'flaky'])
    await house.distGit.commit(`rpms/${name}`, 'main', { [`${name}.spec`]: '' })
  folder = await mkdtemp(path.join(os.tmpdir(), 'mbs-cli-maintenance-'))
})
afterAll(async () => {
  await house.close()
  await rm(folder, { recursive: true })
})

async function mbs(...args: string[]) {
  const env = { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: os.homedir(), MBS_URL: house.url() }
  const { exitCode, stdout, stderr } = await execa(command, args, { env, extendEnv: false, reject: false })
  return { code: exitCode, stdout, stderr }
}

test('a component is found, its streams are planned and built again, and two builds are told apart', async () => {
  const first = await house.build(await house.distGit.module('m', moduleDocument({ a: 1 })))
  expect((await mbs('where', 'a')).stdout).toBe(
    `m:1:${first.version}:${first.context} on test (build ${first.id}): ${first.components[1]?.nvr ?? ''}, in no compose`,
  )
  expect((await mbs('where', 'b')).stdout).toBe('no ready module has the component b')
  await house.distGit.commit('rpms/a', 'fix', { 'a.spec': 'fixed' })
  const planned = await mbs('rebuild', '--component', 'a', '--ref', 'fix', '--plan')
  expect([planned.code, planned.stdout]).toEqual([
    0,
    expect.stringMatching(/^m:1:\d+:\w+\n.*\n {2}batch 2: a is built \(its commit in m:1:.* was /),
  ])
  const made = await mbs('rebuild', '--component', 'a', '--ref', 'fix')
  const id = Number(/^m:1: build (\d+)$/.exec(made.stdout)?.[1])
  const second = await house.until(id, (view) => view.state_name === 'ready')
  const diff = (await mbs('build', 'diff', String(first.id), String(id))).stdout
  expect(diff).toContain(`m:1:${first.version}:${first.context} → m:1:${second.version}:${second.context}`)
  expect(diff).toMatch(/^~ component a: a-1-1\.\w+ in batch 2 → a-1-1\.\w+ in batch 2$/m)
  expect((await mbs('build', 'diff', String(id), String(id))).stdout).toMatch(/ do not differ$/)
  expect(await mbs('rebuild', '--component', 'b')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('no ready module') as string,
  })
})

test('a failed build is tried again', async () => {
  const { id } = await house.build(await house.distGit.module('wobbly', moduleDocument({ flaky: 1 })))
  expect(await mbs('build', 'retry', String(id), 'none')).toMatchObject({
    code: 1,
    stderr: `mbs: build ${id} has no component "none"; it has module-build-macros, flaky`,
  })
  expect((await mbs('build', 'retry', String(id), 'flaky')).stdout).toBe(`build ${id} resumes with flaky`)
  await house.until(id, (view) => view.state_name === 'ready')
})

test('a stream is retired and revived', async () => {
  const retire = ['module', 'retire', 'old:1', '--eol', '2020-01-01', '--reason', 'too old']
  expect((await mbs(...retire, '--obsoleted-by', 'old:2')).stdout).toBe(
    'old:1 ends on 2020-01-01: too old (old:2 replaces it)',
  )
  expect((await mbs('module', 'retired')).stdout).toMatch(/^old:1 ends on/)
  expect((await mbs('module', 'revive', 'old:1')).stdout).toBe('old:1 is no longer retired')
  expect((await mbs('module', 'retired')).stdout).toBe('no stream is retired')
  expect((await mbs('module', 'revive', 'old')).code).toBe(2)
})

test('modules of a file are imported, and what is beside them is left out', async () => {
  const stream = (name: string) => `---
document: modulemd
version: 2
data:
  name: ${name}
  stream: "1"
  version: 3
  context: c0ffee00
  summary: s
  description: d
  license: {module: [MIT]}
  xmd: {mbs: {buildrequires: {platform: {stream: test, version: "1", context: "00000000"}}, mse: TRUE}}
  dependencies:
  - buildrequires: {platform: [test]}
...
`
  const defaults = '---\ndocument: modulemd-defaults\nversion: 1\ndata: {module: p, stream: "1"}\n...\n'
  const file = path.join(folder, 'modules.yaml')
  await writeFile(file, stream('p') + defaults + stream('q'))
  expect((await mbs('import', file)).stdout).toBe(
    'Module p:1:3:c0ffee00 imported\nModule q:1:3:c0ffee00 imported',
  )
  await writeFile(file, defaults)
  expect(await mbs('import', file)).toMatchObject({ code: 1 })
  expect(await mbs('import', path.join(folder, 'none.yaml'))).toMatchObject({ code: 1 })
})
