import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { UserError } from '../errors.ts'
import { DistGit } from './dist-git.ts'

let folder: string
let repository: string
let distGit: DistGit
let blob: string
let empty: string
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'mbs-test-tree-'))
  repository = path.join(folder, 'repository')
  await mkdir(repository)
  await git(['init', '--quiet'])
  blob = await git(['hash-object', '-w', '--stdin'], 'text\n')
  empty = await git(['hash-object', '-t', 'tree', '-w', '--stdin'], '')
  distGit = new DistGit({ cacheDir: path.join(folder, 'cache'), timeoutSeconds: 30 })
})
afterAll(() => rm(folder, { recursive: true }))

async function git(args: string[], input?: string | Buffer): Promise<string> {
  const env = { GIT_CONFIG_GLOBAL: '/dev/null', ...identity }
  return (await execa('git', args, { cwd: repository, env, ...(input === undefined ? {} : { input }) }))
    .stdout
}
const identity = Object.fromEntries(
  ['AUTHOR', 'COMMITTER'].flatMap((who) => [
    [`GIT_${who}_NAME`, 't'],
    [`GIT_${who}_EMAIL`, 't@localhost'],
  ]),
)

type Entry = [mode: string, name: string | Buffer, object: string]

/** Makes a tree that git itself would refuse to make. */
async function tree(...entries: Entry[]): Promise<string> {
  const bytes = entries.flatMap(([mode, name, object]) => [
    Buffer.from(`${mode} `),
    Buffer.from(name),
    Buffer.from([0]),
    Buffer.from(object, 'hex'),
  ])
  return git(['hash-object', '-t', 'tree', '-w', '--literally', '--stdin'], Buffer.concat(bytes))
}

const link = async (target: string): Promise<string> => git(['hash-object', '-w', '--stdin'], target)
const file = (name: string | Buffer): Entry => ['100644', name, blob]

let count = 0
/** Checks out a commit with this tree. Returns the folder. */
async function checkOut(top: string): Promise<string> {
  const commit = await git(['commit-tree', '-m', 'test', top])
  await git(['update-ref', `refs/heads/b${count++}`, commit])
  const target = path.join(folder, `out-${count}`, 'checkout')
  await distGit.checkOut(`file://${repository}`, commit, target)
  return target
}

/** Makes a tree in trees, each ten times: few objects, and a very large number of entries. */
async function bomb(leaf: Entry, levels: number): Promise<string> {
  let top = await tree(leaf)
  for (let level = 0; level < levels; level++)
    top = await tree(...Array.from({ length: 10 }, (_, index): Entry => ['40000', String(index), top]))
  return top
}

describe('a commit whose tree', () => {
  test.each<[string, () => Promise<string>, RegExp]>([
    ['climbs out', () => tree(file('../x')), /has the path "\.\.\/x", which is not a valid file name/],
    ['has a folder ..', async () => tree(['40000', '..', await tree(file('x'))]), /has the path "\.\."/],
    ['has a folder .', async () => tree(['40000', '.', await tree(file('x'))]), /has the path "\."/],
    ['has an absolute name', () => tree(file('/etc/x')), /has the path "\/etc\/x"/],
    [
      'brings a .git',
      async () => tree(['40000', '.GIT', await tree(file('config'))]),
      /has the path "\.GIT"/,
    ],
    ['has a newline in a name', () => tree(file('a\nb')), /has the path "a\ufffdb"/],
    ['has a long name', () => tree(file('n'.repeat(4000))), /has a (?:path|name) of more than/],
    [
      'has a name of 256 bytes',
      () => tree(file('n'.repeat(256))),
      /has a name of more than 255 bytes: "n{100}…"/,
    ],
    [
      'has a long path',
      async () => {
        let top = await tree(file('x'))
        for (let depth = 0; depth < 10; depth++) top = await tree(['40000', 'd'.repeat(200), top])
        return top
      },
      /has a path of more than 1024 bytes/,
    ],
    ['has a name twice', () => tree(file('a'), file('a')), /has two entries of the name "a"/],
    [
      'has a link and a folder of one name',
      async () => tree(['120000', 'a', await link('/etc')], ['40000', 'a', await tree(file('x'))]),
      /has two entries of the name "a"/,
    ],
    [
      'has a submodule',
      () => tree(['160000', 'sub', blob]),
      /has the submodule "sub", which the service does not fetch/,
    ],
    ['has 100,000 files', () => bomb(file('x'), 5), /has more than 20000 files; put them into an archive/],
    ['has folders without end', () => bomb(['40000', 'x', empty], 12), /has more than 20000 files/],
    [
      'has one large file many times',
      async () => {
        const large = await git(['hash-object', '-w', '--stdin'], Buffer.alloc(4 * 1024 * 1024))
        return tree(...Array.from({ length: 600 }, (_, index): Entry => ['100644', `f${index}`, large]))
      },
      /has more than 2 GiB of files/,
    ],
    ...['/etc/passwd', '../x', '..', 'd/../../x', 'd/../x', '../../../../etc'].map(
      (target): [string, () => Promise<string>, RegExp] => [
        `has a link to ${target}`,
        async () => tree(['40000', 'd', await tree(file('y'))], ['120000', 'l', await link(target)]),
        /has the link "l", which leads out of the repository/,
      ],
    ),
  ])('%s is refused at once, and the error names the fault', async (_, make, sentence) => {
    const refused = checkOut(await make())
    await expect(refused).rejects.toThrow(UserError)
    await expect(refused).rejects.toThrow(sentence)
    const message = await refused.catch((error: unknown) => (error as Error).message)
    expect(message).toMatch(/^file:\S+: its commit [0-9a-f]{40} has [^\n]{1,250}$/)
    expect(existsSync(path.join(folder, `out-${count}`, 'x'))).toBe(false)
  })

  test('is odd and harmless is unpacked', async () => {
    const inner = await tree(
      file('x'),
      ['120000', 'up', await link('../z')],
      ['120000', 'here', await link('./x')],
    )
    const latin = Buffer.from('caf\xe9', 'latin1')
    const out = await checkOut(
      await tree(
        file('.gitignore'),
        ['40000', 'd', inner],
        file('f with space'),
        ['120000', 'to-d', await link('d/x')],
        file('z'),
        file(latin),
        ['120000', Buffer.concat([latin, latin]), await link('z')],
      ),
    )
    expect(await readFile(path.join(out, 'd/up'), 'utf8')).toBe('text\n')
    expect(await readFile(path.join(out, 'to-d'), 'utf8')).toBe('text\n')
    expect(await readdir(out)).toHaveLength(7)
  })

  test('has attributes is unpacked as it was committed: nothing is left out, filled in or converted', async () => {
    const attributes = await git(
      ['hash-object', '-w', '--stdin'],
      '[attr]own export-ignore\n*.spec export-ignore\nd export-ignore\nown own\nbomb export-subst\n' +
        'windows text eol=crlf\nold crlf\nid ident\nwide working-tree-encoding=UTF-32\n',
    )
    const written = '$Format:%>(16000)%h$ $Id$\n'
    const content = await git(['hash-object', '-w', '--stdin'], written)
    const names = ['a.spec', 'own', 'bomb', 'windows', 'old', 'id', 'wide']
    const out = await checkOut(
      await tree(
        ['100644', '.gitattributes', attributes],
        ...names.map((name): Entry => ['100644', name, content]),
        ['40000', 'd', await tree(['100644', '.gitattributes', attributes], ['100644', 'bomb', content])],
      ),
    )
    for (const name of [...names, 'd/bomb'])
      expect([name, await readFile(path.join(out, name), 'utf8')]).toEqual([name, written])
  })
})
