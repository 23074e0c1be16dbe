import { expect, test } from 'vitest'
import { InfraError, messageOf, shown, UserError } from './errors.ts'
import { callFolder } from './places.ts'

test('no error shows where the folders of the service are, and another folder keeps its name', () => {
  callFolder('/srv/mbs/data', 'dataDir')
  callFolder('/srv/mbs', 'mbs')
  const text =
    "ENOENT: no such file, open '/srv/mbs/data/1a/x' of /srv/mbs/data. See file:///srv/mbs/data and /srv/mbs/x"
  const told = "ENOENT: no such file, open 'dataDir/1a/x' of dataDir. See file://dataDir and mbs/x"
  expect(new UserError(422, text).message).toBe(told)
  expect(new InfraError('store', text).message).toBe(`store: ${told}`)
  expect(messageOf(new Error(text))).toBe(told)
  for (const other of ['/srv/mbs-old/x', '/srv/mbs/database', '/srv/mbs.old'])
    expect(shown(other)).toBe(other.replace(/^\/srv\/mbs\//, 'mbs/'))
})

test('no error is longer than people read, nor has characters that terminals obey or PostgreSQL refuses', () => {
  const long = new UserError(400, `begin ${'x'.repeat(1_000_000)} end`, 'a.'.repeat(1000))
  expect(long.message).toMatch(/^begin x+ \[…\] x+ end$/)
  expect([long.message.length, long.where?.length]).toEqual([4000, 200])
  expect(shown(long.message)).toBe(long.message)
  expect(shown('a\0b\u001b[2J\u009bc\ud800\n\té')).toBe('a\ufffdb\ufffd[2J\ufffdc\ufffd\n\té')
  expect(shown('\u{1f600}'.repeat(3000)).isWellFormed()).toBe(true)
})
