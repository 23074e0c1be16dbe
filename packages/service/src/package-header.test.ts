import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import type { RpmHeader } from '@mbs/rpm'
import { expect, test } from 'vitest'
import { UserError } from './errors.ts'
import { HeaderBudget, readStoredHeader } from './package-header.ts'

const header = (files: number): RpmHeader =>
  ({
    headerRange: [1000, 11_000],
    files: Array.from({ length: files }, () => ({ path: '/usr/share/doc/a/b', linkTo: '', digest: '' })),
    requires: [],
    provides: [],
    conflicts: [],
    obsoletes: [],
  }) as unknown as RpmHeader

test('a task may read many usual headers, and few with very many files', () => {
  const budget = new HeaderBudget()
  for (let count = 0; count < 5000; count++) budget.take(header(200), 'the tag')
  for (let count = 0; count < 2; count++) budget.take(header(200_000), 'the tag')
  expect(() => {
    for (let count = 0; count < 8; count++) budget.take(header(200_000), 'the tag')
  }).toThrow(new UserError(422, 'the packages in the tag have too large headers together'))
})

test('a package of the hub that cannot be read is no bug of the service', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'mbs-test-headers-'))
  const file = path.join(folder, 'x.rpm')
  await writeFile(file, Buffer.alloc(500, 'a'))
  await expect(readStoredHeader(file)).rejects.toThrow(
    new UserError(422, 'a package of the hub cannot be read: this is not an RPM'),
  )
  await rm(folder, { recursive: true })
})
