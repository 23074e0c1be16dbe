import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { InfraError, UserError } from '../errors.ts'
import { withFileLock } from '../flock.ts'
import { checkOutTree } from './check-out.ts'
import { git, meansNoRepository, meansRedirect, removeCutOff, requireSafeUrl } from './git.ts'

/** A hint is not worth more than these seconds. */
const hintSecondsMax = 5

/** The largest documents, with everything that modules have, are far below one. */
const documentBytesMax = 4 * 1024 * 1024

/** Where the cache has the branches of a repository that are there now. */
const allBranches = 'refs/branches/'

const fullHash = /^[0-9a-f]{40}$/

/** What is read of dist-git before anything is built; {@link DistGit} does it with git. */
export type DistGitReader = Pick<
  DistGit,
  'resolveRef' | 'isOnBranch' | 'readFile' | 'listFiles' | 'commitTime' | 'hasRepository'
>

/** Reads from dist-git repositories; what it fetched is kept in bare repositories of a cache. */
export class DistGit {
  private readonly cacheDir: string
  private readonly timeoutSeconds: number

  constructor(options: { cacheDir: string; timeoutSeconds: number }) {
    this.cacheDir = options.cacheDir
    this.timeoutSeconds = options.timeoutSeconds
  }

  /**
   * The commit that a branch, a tag or a full hash names.
   *
   * @returns undefined when the repository is there but has no such ref
   * @throws UserError (422) when there is no such repository, InfraError when it cannot be asked
   */
  async resolveRef(url: string, ref: string, signal?: AbortSignal): Promise<string | undefined> {
    requireSafeUrl(url)
    if (!/^[0-9A-Za-z._/+-]+$/.test(ref) || ref.startsWith('-')) return undefined
    if (fullHash.test(ref)) return (await this.has(url, ref, signal)) ? ref : undefined
    const patterns = [`refs/heads/${ref}`, `refs/tags/${ref}`, `refs/tags/${ref}^{}`]
    const listed = await this.git(['ls-remote', '--', url, ...patterns], url, signal)
    const commits = new Map(listed.split('\n').map((line) => line.split('\t').reverse() as [string, string]))
    return commits.get(patterns[0] ?? '') ?? commits.get(patterns[2] ?? '') ?? commits.get(patterns[1] ?? '')
  }

  /**
   * Is there a repository? For hints in messages: what cannot be asked within 5 s counts as not there.
   */
  async hasRepository(url: string, signal?: AbortSignal): Promise<boolean> {
    const timeoutSeconds = Math.min(hintSecondsMax, this.timeoutSeconds)
    try {
      requireSafeUrl(url)
      const options = { ...this.options(signal), timeoutSeconds }
      return (await git(['ls-remote', '--', url, 'HEAD'], options)).code === 0
    } catch (error) {
      if (error instanceof UserError || error instanceof InfraError) return false
      throw error
    }
  }

  /** Is the commit on this branch? False too when there is no such branch. */
  async isOnBranch(url: string, branch: string, commit: string, signal?: AbortSignal): Promise<boolean> {
    const tip = await this.resolveRef(url, branch, signal)
    if (tip === undefined || tip === commit) return tip === commit
    const gitDir = await this.bare(url)
    await this.fetchHistory(url, [], `+refs/heads/${branch}:refs/cache/${branch}`, gitDir, signal)
    const { code } = await git(['merge-base', '--is-ancestor', commit, tip], this.options(signal, gitDir))
    return code === 0
  }

  /**
   * The branches that a commit may have been taken from: the ref that named it, where that is a branch, and then all
   * that have the commit, sorted. They are those that the repository has now; all of its history is fetched for that.
   *
   * @throws UserError (422) when there is no such repository or commit, InfraError when it cannot be asked
   */
  async branchesOf(url: string, commit: string, ref?: string): Promise<string[]> {
    const gitDir = await this.fetchCommit(url, commit)
    // Attempts at one component for several modules ask at once, and git would refuse all but one of them.
    await withFileLock(`${gitDir}.lock`, () =>
      this.fetchHistory(url, ['--prune'], `+refs/heads/*:${allBranches}*`, gitDir),
    )
    const list = async (...which: string[]) => {
      const args = ['for-each-ref', '--format=%(refname)', ...which, '--', allBranches]
      const names = (await this.git(args, url, undefined, gitDir)).split('\n')
      return names.filter((name) => name !== '').map((name) => name.slice(allBranches.length))
    }
    const own = (await list()).filter((branch) => branch === ref)
    return [...new Set([...own, ...(await list(`--contains=${commit}`))])]
  }

  /**
   * The text of a file at a commit, or undefined when it is not there.
   *
   * @throws UserError (422) for one that is longer than any document
   */
  async readFile(
    url: string,
    commit: string,
    file: string,
    signal?: AbortSignal,
  ): Promise<string | undefined> {
    const gitDir = await this.fetchCommit(url, commit, signal)
    const { code, stdout } = await git(['cat-file', 'blob', `${commit}:${file}`], {
      ...this.options(signal, gitDir),
      bytesMax: documentBytesMax,
      what: `${file} in ${url}`,
    })
    return code === 0 ? `${stdout}\n` : undefined
  }

  /** The names of the files in the top folder of a commit. */
  async listFiles(url: string, commit: string): Promise<string[]> {
    const gitDir = await this.fetchCommit(url, commit)
    const listed = await this.git(['ls-tree', '--name-only', '-z', commit], url, undefined, gitDir)
    return listed.split('\0').filter((name) => name !== '')
  }

  /** When the commit was made, as its committer's clock said. */
  async commitTime(url: string, commit: string, signal?: AbortSignal): Promise<Date> {
    const gitDir = await this.fetchCommit(url, commit, signal)
    const seconds = await this.git(['show', '--no-patch', '--format=%ct', commit], url, signal, gitDir)
    return new Date(Number(seconds) * 1000)
  }

  /**
   * Puts the files of a commit into a folder; their times are the commit's.
   *
   * @throws UserError (422) for a commit that is not there, or whose tree is none that can be unpacked
   */
  async checkOut(url: string, commit: string, folder: string): Promise<void> {
    const gitDir = await this.fetchCommit(url, commit)
    await mkdir(folder, { recursive: true })
    await checkOutTree(commit, folder, url, { gitDir, timeoutSeconds: this.timeoutSeconds })
  }

  /** Makes sure that the commit is in the cache, and gives the repository that has it. */
  private async fetchCommit(url: string, commit: string, signal?: AbortSignal): Promise<string> {
    if (!(await this.has(url, commit, signal)))
      throw new UserError(422, `there is no commit ${commit} in ${url}; is it pushed?`, 'scmurl')
    return this.bare(url)
  }

  private async has(url: string, commit: string, signal?: AbortSignal): Promise<boolean> {
    requireSafeUrl(url)
    if (!fullHash.test(commit)) return false
    const gitDir = await this.bare(url)
    const isThere = async () =>
      (await git(['cat-file', '-e', `${commit}^{commit}`], this.options(signal, gitDir))).code === 0
    if (await isThere()) return true
    await removeCutOff(gitDir, this.timeoutSeconds)
    const fetched = await git(
      ['fetch', '--quiet', '--no-tags', '--depth=1', '--', url, commit],
      this.options(signal, gitDir),
    )
    if (fetched.code === 0) return isThere()
    // Servers may hand out only what a branch or tag leads to: then take all of those.
    await this.git(
      ['fetch', '--quiet', '--tags', '--', url, '+refs/heads/*:refs/cache/*'],
      url,
      signal,
      gitDir,
    )
    return isThere()
  }

  /** Fetches branches with all of their history: what was cut off for single commits would hide ancestors. */
  private async fetchHistory(
    url: string,
    options: readonly string[],
    refspec: string,
    gitDir: string,
    signal?: AbortSignal,
  ): Promise<void> {
    await removeCutOff(gitDir, this.timeoutSeconds)
    const shallow = await this.git(['rev-parse', '--is-shallow-repository'], url, signal, gitDir)
    const whole = shallow === 'true' ? ['--unshallow'] : []
    const args = ['fetch', '--quiet', '--no-tags', ...options, ...whole, '--', url, refspec]
    await this.git(args, url, signal, gitDir)
  }

  private async bare(url: string): Promise<string> {
    const gitDir = path.join(
      this.cacheDir,
      `${createHash('sha256').update(url).digest('hex').slice(0, 32)}.git`,
    )
    if (!existsSync(path.join(gitDir, 'HEAD')))
      await withFileLock(`${gitDir}.lock`, async () => {
        if (!existsSync(path.join(gitDir, 'HEAD'))) await this.git(['init', '--quiet', '--bare', gitDir], url)
      })
    return gitDir
  }

  private async git(
    args: readonly string[],
    url: string,
    signal?: AbortSignal,
    gitDir?: string,
  ): Promise<string> {
    const { code, stdout, stderr } = await git(args, this.options(signal, gitDir))
    if (code === 0) return stdout
    if (meansNoRepository(stderr))
      throw new UserError(422, `there is no git repository ${url}, or it may not be read`)
    if (meansRedirect(stderr))
      throw new UserError(
        422,
        `${url} redirects, and nobody follows; give the URL that it leads to (often the same with .git at its end)`,
      )
    throw new InfraError('dist-git', `${url}: ${stderr.trim().split('\n').at(-1) ?? ''}`)
  }

  private options(signal?: AbortSignal, gitDir?: string) {
    return {
      timeoutSeconds: this.timeoutSeconds,
      ...(signal === undefined ? {} : { signal }),
      ...(gitDir === undefined ? {} : { gitDir }),
    }
  }
}
