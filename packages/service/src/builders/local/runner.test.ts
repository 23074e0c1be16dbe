import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { execa } from 'execa'
import { expect, test } from 'vitest'
import { TestDistGit } from '../../../test/support/dist-git.ts'
import { attemptFiles, type AttemptRequest } from './attempt.ts'

test('a commit that cannot be unpacked fails its component, which is not tried again', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'mbs-test-runner-'))
  const distGit = await TestDistGit.create()
  const url = `${distGit.url}/rpms/a`
  await distGit.commit('rpms/a', 'main', { 'a.spec': '' })
  const git = async (args: string[], input = '') =>
    (await execa('git', args, { cwd: new URL(url), input, env: identity })).stdout
  const target = await git(['hash-object', '-w', '--stdin'], '/etc/passwd')
  const tree = await git(['mktree'], `120000 blob ${target}\ta.spec\n`)
  const commit = await git(['commit-tree', '-m', 'test', tree])
  await git(['update-ref', 'refs/heads/main', commit])

  const files = attemptFiles(path.join(folder, '1'))
  const request: AttemptRequest = {
    package: 'a',
    source: { kind: 'dist-git', url, commit, ref: 'main' },
    layers: [],
    repositories: [],
    resolver: { folder: path.join(folder, 'resolver'), readable: [], network: false },
    packageFolders: [],
    lookaside: `${distGit.url}/lookaside/`,
    distGitCache: path.join(folder, 'cache'),
    gitTimeoutSeconds: 30,
    arch: 'x86_64',
    buildUserUid: null,
    release: { distTag: 'module+test+1+0a1b2c3d', isRequired: true },
    minutesMax: 1,
  }
  await mkdir(path.dirname(files.request))
  await writeFile(files.request, JSON.stringify(request))
  await execa(process.execPath, [path.join(import.meta.dirname, 'runner.ts'), path.dirname(files.request)])
  const reason = `${url}: its commit ${commit} has the link "a.spec", which leads out of the repository; link to a file beside it`
  expect(JSON.parse(await readFile(files.result, 'utf8'))).toEqual({ state: 'failed', reason })

  // Every user may read the reason and the log; neither has a path of this machine.
  const lost = attemptFiles(path.join(folder, '2'))
  const source = { kind: 'srpm', file: path.join(folder, 'gone.src.rpm') } as const
  await mkdir(path.dirname(lost.request))
  await writeFile(lost.request, JSON.stringify({ ...request, source }))
  await execa(process.execPath, [path.join(import.meta.dirname, 'runner.ts'), path.dirname(lost.request)])
  const said = await readFile(lost.buildLog, 'utf8')
  expect(said).toContain('dataDir/gone.src.rpm')
  expect(said + (await readFile(lost.result, 'utf8'))).not.toContain(folder)
  await distGit.remove()
  await rm(folder, { recursive: true })
})

test('a runner loads none of the rooms that it does not need: its start is most of what a small attempt costs', async () => {
  const hook = `
    import { registerHooks } from 'node:module'
    const load = (url, context, next) => (console.log(url), next(url, context))
    registerHooks({ load })`
  const { stdout } = await execa(
    process.execPath,
    [
      `--import=data:text/javascript,${encodeURIComponent(hook)}`,
      path.join(import.meta.dirname, 'runner.ts'),
    ],
    { reject: false },
  )
  expect(stdout).toMatch(/\/sandbox\/index\.ts$/m)
  const own = stdout.split('\n').flatMap((url) => /\/service\/src\/(\w+)\//.exec(url)?.[1] ?? [])
  expect([...new Set(own)].sort()).toEqual(['builders', 'distgit', 'sandbox'])
  const packages = stdout.split('\n').flatMap((url) => /.*\/node_modules\/([\w@-]+)/.exec(url)?.[1] ?? [])
  expect(new Set(packages)).not.toContain('typebox')
  expect(stdout.split('\n').length).toBeLessThan(300)
})

const identity = {
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: 't',
  GIT_AUTHOR_EMAIL: 't@localhost',
  GIT_COMMITTER_NAME: 't',
  GIT_COMMITTER_EMAIL: 't@localhost',
}
