import { chmod, mkdir, mkdtemp, symlink, truncate, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { execa } from 'execa'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildUser, removeTree, resolveBuildRequires } from './index.ts'

const user = buildUser(64_000)
const database = 'var/lib/rpm/rpmdb.sqlite'
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'mbs-test-resolver-'))
  await chmod(folder, 0o755)
  const spec =
    'Name: needy\nVersion: 1\nRelease: 1\nSummary: s\nLicense: MIT\nBuildRequires: other\n%description\ns\n'
  await writeFile(path.join(folder, 'needy.spec'), spec)
  const macros = ['--define', `_topdir ${folder}/top`, '--define', `_srcrpmdir ${folder}`]
  await execa('rpmbuild', ['-bs', ...macros, path.join(folder, 'needy.spec')])
})
afterAll(() => removeTree(folder))

/** A view named as rpm's table of packages, with a query that never ends. */
const endless =
  'CREATE VIEW Packages AS WITH RECURSIVE n(hnum) AS (SELECT 1 UNION ALL SELECT hnum + 1 FROM n) ' +
  'SELECT hnum, zeroblob(1000) AS blob FROM n'

test.each<[string, string, (root: string) => Promise<unknown>]>([
  ['a link to a device', 'is not a regular file', (root) => symlink('/dev/zero', path.join(root, database))],
  [
    'a link to a file of the host',
    'is not a regular file',
    (root) => symlink('/etc/passwd', path.join(root, database)),
  ],
  ['a pipe', 'is not a regular file', (root) => execa('mkfifo', [path.join(root, database)])],
  ['a folder', 'is not a regular file', (root) => mkdir(path.join(root, database))],
  ['nonsense', 'cannot read', (root) => writeFile(path.join(root, database), 'nonsense '.repeat(1000))],
  [
    'a terabyte of nothing',
    'larger than 512 MB',
    async (root) => {
      await writeFile(path.join(root, database), '')
      await truncate(path.join(root, database), 2 ** 40)
    },
  ],
  [
    'what never ends',
    'cannot read',
    (root) => {
      const made = new DatabaseSync(path.join(root, database))
      made.exec(endless)
      made.close()
      return Promise.resolve()
    },
  ],
  [
    'in a folder that is a link',
    '/var/lib is not a folder',
    async (root) => {
      await removeTree(path.join(root, 'var/lib'))
      await symlink('/var/lib', path.join(root, 'var/lib'))
    },
  ],
])(
  'a package database that a package has made %s is the fault of the packages, and read no further',
  async (_, fault, spoil) => {
    const root = await mkdtemp(path.join(folder, 'root-'))
    await chmod(root, 0o755)
    await mkdir(path.join(root, path.dirname(database)), { recursive: true })
    await spoil(root)
    const place = { folder: path.join(folder, 'resolver'), readable: [folder], network: false }
    const request = { root, repositories: [], sourcePackage: path.join(folder, 'needy-1-1.src.rpm') }
    const resolution = await resolveBuildRequires(user, place, request)
    expect(resolution).toEqual({
      install: [],
      problems: [],
      broken: expect.stringContaining(fault) as string,
    })
  },
)
