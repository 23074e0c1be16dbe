import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { expect, test } from 'vitest'

const root = path.join(import.meta.dirname, '..')

test('mutants are made of every room that changes state', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/mutants.ts', '--list'], {
    cwd: root,
    encoding: 'utf8',
  })
  expect([status, stderr]).toEqual([0, ''])
  const files = stdout.split('\n').map((line) => /^[a-z ]+, ([^:]+):\d+: /.exec(line)?.[1] ?? '')
  for (const room of [
    'artifacts',
    'builders',
    'bus',
    'hub',
    'jobs',
    'modulebuilds',
    'registry',
    'submission',
  ])
    expect([room, files.filter((file) => file.startsWith(`${room}/`)).length]).not.toEqual([room, 0])
})
