import { createHash } from 'node:crypto'
import { cp, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { execa } from 'execa'

/** Packages never change between demos, so their commits stay the same. */
const packageDate = '2026-11-01T00:00:00Z'

/**
 * Makes a dist-git of bare repositories from the folders of the examples: modules/, rpms/, containers/, and the
 * lookaside beside them. The module gets a new commit each time, because the service builds one commit only once.
 *
 * @returns the dist-git's URL and the module's scmurl
 */
export async function makeDistGit(
  examples: string,
  target: string,
  module: { name: string; stream: string },
): Promise<{ url: string; scmurl: string }> {
  await mkdir(target, { recursive: true })
  const sources = await makeLookaside(
    path.join(examples, 'lookaside-sources'),
    path.join(target, 'lookaside'),
  )
  for (const namespace of ['rpms', 'containers'])
    for (const name of await readdir(path.join(examples, namespace)))
      await commit(
        path.join(examples, namespace, name),
        path.join(target, namespace, name),
        'stable',
        packageDate,
        sources.get(name),
      )
  await commit(
    path.join(examples, 'module-defaults'),
    path.join(target, 'module-defaults'),
    'host',
    packageDate,
  )
  const repository = path.join(target, 'modules', module.name)
  const now = new Date().toISOString()
  const hash = await commit(path.join(examples, 'modules', module.name), repository, module.stream, now)
  return { url: pathToFileURL(target).href, scmurl: `${pathToFileURL(repository).href}?#${hash}` }
}

/** Makes one archive per folder, always with the same bytes; returns each package's `sources` file. */
async function makeLookaside(folders: string, lookaside: string): Promise<Map<string, string>> {
  const sources = new Map<string, string>()
  for (const folder of await readdir(folders)) {
    const name = folder.replace(/-[^-]+$/, '')
    const file = `${folder}.tar.gz`
    const scratch = await mkdtemp(path.join(os.tmpdir(), 'mbs-lookaside-'))
    const archive = path.join(scratch, file)
    const options = [
      '--sort=name',
      `--mtime=${packageDate}`,
      '--owner=0',
      '--group=0',
      '--numeric-owner',
      '--mode=go=rX,u=rwX',
    ]
    await execa('tar', [...options, '--use-compress-program=gzip -n', '-cf', archive, '-C', folders, folder])
    const sha512 = createHash('sha512')
      .update(await readFile(archive))
      .digest('hex')
    const place = path.join(lookaside, 'rpms', name, file, 'sha512', sha512)
    await cp(archive, path.join(place, file), { recursive: true })
    await rm(scratch, { recursive: true })
    sources.set(name, `SHA512 (${file}) = ${sha512}\n`)
  }
  return sources
}

/**
 * Commits the content of a folder to the branch of a bare repository. The same content and date make the same commit.
 */
async function commit(
  folder: string,
  repository: string,
  branch: string,
  date: string,
  sources?: string,
): Promise<string> {
  const worktree = await mkdtemp(path.join(os.tmpdir(), 'mbs-dist-git-'))
  try {
    await cp(folder, worktree, { recursive: true })
    if (sources !== undefined) await writeFile(path.join(worktree, 'sources'), sources)
    const person = { NAME: 'Module Build Service', EMAIL: 'mbs@example.com', DATE: date }
    const identity = Object.fromEntries(
      Object.entries(person).flatMap(([key, value]) =>
        ['AUTHOR', 'COMMITTER'].map((role) => [`GIT_${role}_${key}`, value]),
      ),
    ) as Record<string, string>
    const git = async (...args: string[]) =>
      (
        await execa('git', args, {
          cwd: worktree,
          env: { ...identity, GIT_CONFIG_GLOBAL: '/dev/null' },
        })
      ).stdout
    await git('init', '--quiet', '--initial-branch', branch)
    await git('add', '--all')
    await git('commit', '--quiet', '--message', `${path.basename(folder)} of the demo`)
    const hash = await git('rev-parse', 'HEAD')
    await git('init', '--quiet', '--bare', '--initial-branch', branch, repository)
    await git('push', '--quiet', '--force', repository, `HEAD:refs/heads/${branch}`)
    return hash
  } finally {
    await rm(worktree, { recursive: true })
  }
}
