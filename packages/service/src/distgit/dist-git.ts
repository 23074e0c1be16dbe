import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { AwayError, InfraError, UserError } from '../errors.ts'
import { withFileLock } from '../flock.ts'
import { checkOutTree } from './check-out.ts'
import {
  git,
  GitOutOfTime,
  meansAway,
  meansNoRepository,
  meansRedirect,
  removeCutOff,
  requireSafeUrl,
} from './git.ts'
import { ObjectReader, type GitObject } from './object-reader.ts'

/** Longest time in seconds for a hint in a message. */
const hintSecondsMax = 5

/** The largest documents, with everything that modules have, and commits are far smaller than one megabyte. */
const documentBytesMax = 4 * 1024 * 1024

/** Most repositories whose reader waits for more requests. */
const readersMax = 8

/** The cache keeps the present branches of a repository below this name. */
const allBranches = 'refs/branches/'

const fullHash = /^[0-9a-f]{40}$/

/** The read operations on dist-git that precede a build; {@link DistGit} implements them with git. */
export type DistGitReader = Pick<
  DistGit,
  'resolveRef' | 'resolveRefs' | 'isOnBranch' | 'readFile' | 'listFiles' | 'commitTime' | 'hasRepository'
>

/** The end of the year 9999, in seconds: later years have no date of four digits, which versions of modules need. */
const lastSecond = 253_402_300_799

/** Reads from dist-git repositories, and keeps the fetched objects in bare repositories of a cache. */
export class DistGit {
  private readonly cacheDir: string
  private readonly timeoutSeconds: number
  private readonly readers = new Map<string, ObjectReader>()

  constructor(options: { cacheDir: string; timeoutSeconds: number }) {
    this.cacheDir = options.cacheDir
    this.timeoutSeconds = options.timeoutSeconds
  }

  /**
   * Returns the commit that a branch, a tag or a full hash names.
   *
   * @returns undefined when the repository exists but has no such ref
   * @throws UserError (422) when the repository does not exist, InfraError when it does not answer
   */
  async resolveRef(url: string, ref: string, signal?: AbortSignal): Promise<string | undefined> {
    return (await this.resolveRefs(url, [ref], signal)).get(ref)
  }

  /** As {@link resolveRef} for several refs of one repository, which is asked once. */
  async resolveRefs(
    url: string,
    refs: readonly string[],
    signal?: AbortSignal,
  ): Promise<ReadonlyMap<string, string>> {
    requireSafeUrl(url)
    const commits = new Map<string, string>()
    for (const ref of refs)
      if (fullHash.test(ref) && (await this.has(url, ref, signal))) commits.set(ref, ref)
    const named = [...new Set(refs)].filter(
      (ref) => /^[0-9A-Za-z._/+-]+$/.test(ref) && !ref.startsWith('-') && !fullHash.test(ref),
    )
    if (named.length === 0) return commits
    const patterns = named.flatMap((ref) => [`refs/heads/${ref}`, `refs/tags/${ref}`, `refs/tags/${ref}^{}`])
    const listed = await this.git(['ls-remote', '--', url, ...patterns], url, signal)
    const heads = new Map(listed.split('\n').map((line) => line.split('\t').reverse() as [string, string]))
    for (const ref of named) {
      const places = [`refs/heads/${ref}`, `refs/tags/${ref}^{}`, `refs/tags/${ref}`]
      const commit = places.map((place) => heads.get(place)).find((one) => one !== undefined)
      if (commit !== undefined) commits.set(ref, commit)
    }
    return commits
  }

  /**
   * Returns whether a repository exists. This is for hints in messages: a repository that does not answer within 5 s
   * counts as missing.
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

  /** Returns whether the commit is on this branch; false too when the branch does not exist. */
  async isOnBranch(url: string, branch: string, commit: string, signal?: AbortSignal): Promise<boolean> {
    const tip = await this.resolveRef(url, branch, signal)
    if (tip === undefined || tip === commit) return tip === commit
    const gitDir = await this.bare(url)
    await this.fetchHistory(url, [], `+refs/heads/${branch}:refs/cache/${branch}`, gitDir, signal)
    const { code } = await git(['merge-base', '--is-ancestor', commit, tip], this.options(signal, gitDir))
    return code === 0
  }

  /**
   * Returns the branches from which a commit may have been taken. The first is the ref that named the commit, if that
   * is a branch; then follow all branches with the commit, sorted. Only present branches of the repository count. This
   * function fetches the repository's whole history.
   *
   * @throws UserError (422) when the repository or the commit does not exist, InfraError when it does not answer
   */
  async branchesOf(url: string, commit: string, ref?: string): Promise<string[]> {
    const gitDir = await this.fetchCommit(url, commit)
    // Attempts at one component for several modules fetch at the same time, and git would refuse all but one of them.
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
   * Returns the text of a file at a commit, or undefined when the file does not exist.
   *
   * @throws UserError (422) for a file that is longer than any document
   */
  async readFile(
    url: string,
    commit: string,
    file: string,
    signal?: AbortSignal,
  ): Promise<string | undefined> {
    const found = await this.readObject(url, commit, `${commit}:${file}`, `${file} in ${url}`, signal)
    if (found?.type !== 'blob') return undefined
    const text = found.content.toString('utf8')
    return text.endsWith('\n') ? text : `${text}\n`
  }

  /** Returns the names of the files in the top folder of a commit. */
  async listFiles(url: string, commit: string): Promise<string[]> {
    const gitDir = await this.fetchCommit(url, commit)
    const listed = await this.git(['ls-tree', '--name-only', '-z', commit], url, undefined, gitDir)
    return listed.split('\0').filter((name) => name !== '')
  }

  /** Returns the time of the commit by its committer's clock. */
  async commitTime(url: string, commit: string, signal?: AbortSignal): Promise<Date> {
    const what = `the commit ${commit} in ${url}`
    const found = await this.readObject(url, commit, `${commit}^{commit}`, what, signal)
    // The lines up to the first empty one are the commit's header (git's documentation, gitformat-commit).
    const [header = ''] = found?.content.toString('utf8').split('\n\n', 1) ?? []
    const seconds = Number(/^committer .*> (\d+) [+-]\d{4}$/m.exec(header)?.[1] ?? NaN)
    if (!(seconds <= lastSecond))
      throw new UserError(422, `${what} has no time between the years 1970 and 9999`, 'scmurl')
    return new Date(seconds * 1000)
  }

  /**
   * Writes the files of a commit into a folder, with the commit's time.
   *
   * @throws UserError (422) for a commit that does not exist, or whose tree cannot be unpacked
   */
  async checkOut(url: string, commit: string, folder: string): Promise<void> {
    const gitDir = await this.fetchCommit(url, commit)
    await mkdir(folder, { recursive: true })
    await checkOutTree(commit, folder, url, { gitDir, timeoutSeconds: this.timeoutSeconds })
  }

  /**
   * Reads an object of a commit. Most often the cache has the commit.
   *
   * @throws UserError (422) for a commit that does not exist
   */
  private async readObject(
    url: string,
    commit: string,
    name: string,
    what: string,
    signal?: AbortSignal,
  ): Promise<GitObject | undefined> {
    requireSafeUrl(url)
    const read = async () => this.reader(await this.bare(url)).read(name, documentBytesMax, what)
    const cached = fullHash.test(commit) ? await read() : undefined
    if (cached !== undefined) return cached
    await this.fetchCommit(url, commit, signal)
    return read()
  }

  private reader(gitDir: string): ObjectReader {
    const reader = this.readers.get(gitDir) ?? new ObjectReader(gitDir, this.timeoutSeconds)
    // The order of the map is that of the last use.
    this.readers.delete(gitDir)
    this.readers.set(gitDir, reader)
    const [[oldest, longestUnused] = []] = this.readers
    if (this.readers.size > readersMax && oldest !== undefined) {
      this.readers.delete(oldest)
      longestUnused?.close()
    }
    return reader
  }

  /** Makes sure that the cache has the commit, and returns the cached repository. */
  private async fetchCommit(url: string, commit: string, signal?: AbortSignal): Promise<string> {
    if (!(await this.has(url, commit, signal)))
      throw new UserError(422, `there is no commit ${commit} in ${url}; is it pushed?`, 'scmurl')
    return this.bare(url)
  }

  private async has(url: string, commit: string, signal?: AbortSignal): Promise<boolean> {
    requireSafeUrl(url)
    if (!fullHash.test(commit)) return false
    const gitDir = await this.bare(url)
    const what = `the commit ${commit} in ${url}`
    const isThere = async () =>
      (await this.reader(gitDir).read(`${commit}^{commit}`, documentBytesMax, what)) !== undefined
    if (await isThere()) return true
    await removeCutOff(gitDir, this.timeoutSeconds)
    await this.fetching(url, signal, async () => {
      const one = ['fetch', '--quiet', '--no-tags', '--depth=1', '--', url, commit]
      if ((await git(one, this.options(signal, gitDir))).code === 0) return
      // Some servers hand out only the commits of branches and tags; then git fetches all of those.
      const all = ['fetch', '--quiet', '--tags', '--', url, '+refs/heads/*:refs/cache/*']
      await this.git(all, url, signal, gitDir)
    })
    return isThere()
  }

  /**
   * Runs a fetch. If it runs out of time, the smallest request shows whether the server is silent or only slow.
   *
   * @throws AwayError for a silent server
   */
  private async fetching(
    url: string,
    signal: AbortSignal | undefined,
    fetch: () => Promise<unknown>,
  ): Promise<void> {
    try {
      await fetch()
    } catch (error) {
      if (error instanceof GitOutOfTime) await this.git(['ls-remote', '--', url, 'HEAD'], url, signal)
      throw error
    }
  }

  /** Fetches branches with their whole history: a history that was cut off for single commits would hide ancestors. */
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
    await this.fetching(url, signal, () => this.git(args, url, signal, gitDir))
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
    const { code, stdout, stderr } = await git(args, this.options(signal, gitDir)).catch((error: unknown) => {
      // `ls-remote` is the smallest request to a server.
      if (error instanceof GitOutOfTime && args[0] === 'ls-remote')
        throw new AwayError('dist-git', `${url} does not answer within ${this.timeoutSeconds} s`, url, {
          cause: error,
        })
      throw error
    })
    if (code === 0) return stdout
    if (meansNoRepository(stderr))
      throw new UserError(422, `there is no git repository ${url}, or the service may not read it`)
    if (meansRedirect(stderr))
      throw new UserError(
        422,
        `${url} redirects; the service does not follow redirects; give the target URL (often the same with .git at its end)`,
      )
    const said = `${url}: ${stderr.trim().split('\n').at(-1) ?? ''}`
    throw meansAway(stderr) ? new AwayError('dist-git', said, url) : new InfraError('dist-git', said)
  }

  private options(signal?: AbortSignal, gitDir?: string) {
    return {
      timeoutSeconds: this.timeoutSeconds,
      ...(signal === undefined ? {} : { signal }),
      ...(gitDir === undefined ? {} : { gitDir }),
    }
  }
}
