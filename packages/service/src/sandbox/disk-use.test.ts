import { expect, test } from 'vitest'
import { firstLook, isLookDue, lookedAt } from './disk-use.ts'
import { limitsOf } from './limits.ts'

const limits = limitsOf({
  memoryMegabytesMax: 1,
  processesMax: 1,
  diskMegabytesMax: 100,
  filesMax: 1000,
  logMegabytesMax: 1,
  installMinutesMax: 1,
})
const megabyte = 1024 * 1024
const minute = 60_000
const room = { bytes: 500 * megabyte, files: 5000 }
const used = { bytes: 60 * megabyte, files: 600 }

test('a look at the disk that takes a minute, because of so many files, does not make the next one late', () => {
  const last = lookedAt({ began: 0, ended: minute }, room, used, limits)
  expect(isLookDue(last, minute + 29_000, room)).toBe(false)
  expect(isLookDue(last, minute + 31_000, room)).toBe(true)
})

test('looks at the disk take a small part of the time while nothing happens there', () => {
  const last = lookedAt({ began: 0, ended: 1000 }, room, used, limits)
  expect(isLookDue(last, 20_900, room)).toBe(false)
  expect(isLookDue(last, 21_100, room)).toBe(true)
})

test.each([
  ['bytes', { bytes: room.bytes - 41 * megabyte, files: room.files }, true],
  ['files', { bytes: room.bytes, files: room.files - 401 }, true],
  ['less', { bytes: room.bytes - 39 * megabyte, files: room.files - 399 }, false],
])('a disk that loses more than is left to a program is looked at at once: %s', (_, roomNow, isDue) => {
  const last = lookedAt({ began: 0, ended: 2000 }, room, used, limits)
  // Looks must not follow one another without a pause.
  expect(isLookDue(last, 3900, roomNow)).toBe(false)
  expect(isLookDue(last, 4100, roomNow)).toBe(isDue)
})

test('a program that fills the disk as soon as it starts is looked at at once', () => {
  const last = firstLook(0, room, limits)
  expect(isLookDue(last, 500, room)).toBe(false)
  expect(isLookDue(last, 500, { ...room, bytes: room.bytes - 101 * megabyte })).toBe(true)
})
