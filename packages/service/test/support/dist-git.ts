import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { execa } from 'execa'

/** A dist-git of real repositories in a folder of its own. */
export class TestDistGit {
  readonly url: string
  private readonly folder: string
  private seconds = Date.parse('2026-11-01T00:00:00Z') / 1000

  private constructor(folder: string) {
    this.folder = folder
    this.url = pathToFileURL(folder).href
  }

  static async create(): Promise<TestDistGit> {
    return new TestDistGit(await mkdtemp(path.join(os.tmpdir(), 'mbs-test-dist-git-')))
  }

  /** Commits these files to a branch; each commit is a second later than the previous one. Returns its hash. */
  async commit(repository: string, branch: string, files: Readonly<Record<string, string>>): Promise<string> {
    const folder = path.join(this.folder, repository)
    const date = `${this.seconds++} +0000`
    for (const [name, text] of Object.entries(files)) {
      await mkdir(path.dirname(path.join(folder, name)), { recursive: true })
      await writeFile(path.join(folder, name), text)
    }
    await mkdir(folder, { recursive: true })
    const { stdout } = await execa('sh', ['-c', commitScript, 'commit', branch], {
      cwd: folder,
      env: {
        ...{ GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date, GIT_CONFIG_GLOBAL: '/dev/null' },
        ...{ GIT_AUTHOR_NAME: 't', GIT_AUTHOR_EMAIL: 't@localhost' },
        ...{ GIT_COMMITTER_NAME: 't', GIT_COMMITTER_EMAIL: 't@localhost' },
      },
    })
    return stdout
  }

  /** Commits a module; returns its submission. */
  async module(name: string, document: string, branch = '1'): Promise<{ scmurl: string; branch: string }> {
    const commit = await this.commit(`modules/${name}`, branch, { [`${name}.yaml`]: document })
    return { scmurl: `${this.url}/modules/${name}?#${commit}`, branch }
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true })
  }
}

/** Commits what is in the folder. One process of Node's: the start of each costs as much as the memory of a test. */
const commitScript = `set -e
git init --quiet
git checkout --quiet -B "$1"
git add --all
git commit --quiet --allow-empty --message test
git rev-parse HEAD`

/** Returns a small module document; components are `name: buildorder`. */
export function moduleDocument(components: Readonly<Record<string, number>>, more = ''): string {
  const rpms = Object.entries(components).map(
    ([name, order]) =>
      `      ${name}:\n        rationale: test\n        ref: main\n        buildorder: ${order}\n`,
  )
  return `---
document: modulemd
version: 2
data:
  summary: A module of the tests
  description: It is built by the tests
  license:
    module: [MIT]
${more.includes('dependencies:') ? '' : '  dependencies:\n  - buildrequires: {platform: []}\n    requires: {platform: []}\n'}${more}${rpms.length === 0 ? '' : `  components:\n    rpms:\n${rpms.join('')}`}...
`
}
