import path from 'node:path'
import { execa } from 'execa'
import { describe, expect, test } from 'vitest'
import { crossed, crossedCall, crossing, reach, watched } from './crash-points.ts'

describe('a crash point', () => {
  test('lies on both sides of a call, whichever way the call is made', async () => {
    const seen: string[] = []
    const bus = crossed('bus', { publish: () => Promise.resolve('sent'), retries: 3 })
    const tag = crossedCall('hub', async function tagBuilds(name: string) {
      await Promise.resolve()
      seen.push(`tag ${name}`)
    })
    await watched(
      (boundary, name, side) => void seen.push(`${boundary} ${name} ${side}`),
      async () => {
        expect(await bus.publish()).toBe('sent')
        expect(bus.retries).toBe(3)
        await tag('m')
        await expect(crossing('git', 'fetch', () => Promise.reject(new Error('away')))).rejects.toThrow(
          'away',
        )
        await reach('commit', 'turn', 'before')
      },
    )
    expect(seen).toEqual([
      'bus publish before',
      'bus publish after',
      'hub tagBuilds before',
      'tag m',
      'hub tagBuilds after',
      'git fetch before',
      'commit turn before',
    ])
  })

  test('ends the process where the environment says so', async () => {
    const file = path.join(import.meta.dirname, 'crash-points.ts')
    const script = `
      const { crossing } = await import(${JSON.stringify(file)})
      for (let count = 0; count < 3; count++) {
        await crossing('git', 'fetch', async () => console.log('fetched ' + count))
        console.log('went on')
      }`
    const end = await execa(process.execPath, ['--input-type=module', '--eval', script], {
      env: { MBS_CRASH_AT: 'git fetch after#2' },
      reject: false,
    })
    expect(end.signal).toBe('SIGKILL')
    expect(end.stdout).toBe('fetched 0\nwent on\nfetched 1')
  })
})
