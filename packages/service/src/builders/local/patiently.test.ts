import { setTimeout } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { AwayError, InfraError, UserError } from '../../errors.ts'
import { patiently } from './patiently.ts'

const told: string[] = []
const tell = (trouble: string) => Promise.resolve(void told.push(trouble))
const answering = () => Promise.resolve(true)
const quick = { pauseMs: 0.001, waitMsMax: 3_600_000 }

test('what passes is tried again, and told', async () => {
  const work = vi
    .fn()
    .mockRejectedValueOnce(new InfraError('lookaside', 'HTTP 503'))
    .mockResolvedValue('sources')
  expect(await patiently(work, answering, tell, quick)).toBe('sources')
  expect(told).toEqual(['lookaside: HTTP 503'])
})

test('it is given up after ten attempts, and at once where somebody is to blame', async () => {
  const work = vi.fn().mockRejectedValue(new InfraError('lookaside', 'HTTP 500'))
  await expect(patiently(work, answering, tell, quick)).rejects.toThrow('HTTP 500')
  expect(work).toHaveBeenCalledTimes(10)
  const faulty = vi.fn().mockRejectedValue(new UserError(422, 'no such archive'))
  await expect(patiently(faulty, answering, tell, quick)).rejects.toThrow('no such archive')
  expect(faulty).toHaveBeenCalledTimes(1)
})

test('a server that is away is waited for, which is one attempt however long it takes', async () => {
  const work = vi
    .fn()
    .mockRejectedValueOnce(new AwayError('dist-git', 'away', 'https://x'))
    .mockResolvedValue(1)
  let looks = 0
  const answers = ({ place }: AwayError) => Promise.resolve(place === 'https://x' && ++looks > 30)
  await patiently(work, answers, tell, quick)
  expect([looks, work.mock.calls.length]).toEqual([31, 2])
})

test('the time of the looks at a silent server counts, so that the hour ends', async () => {
  const work = vi.fn().mockRejectedValue(new AwayError('dist-git', 'silent', 'https://x'))
  let looks = 0
  const silent = async () => {
    looks++
    await setTimeout(20)
    return false
  }
  await expect(patiently(work, silent, tell, { pauseMs: 0.001, waitMsMax: 50 })).rejects.toThrow('silent')
  expect([looks <= 4, work.mock.calls.length]).toEqual([true, 2])
})
