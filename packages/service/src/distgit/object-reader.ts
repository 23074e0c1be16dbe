import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import type { Socket } from 'node:net'
import { crossing } from '../crash-points.ts'
import { InfraError, UserError } from '../errors.ts'
import { gitEnvironment, GitOutOfTime, gits, limitedGit } from './git.ts'

/** An object of a repository. */
export interface GitObject {
  type: string
  content: Buffer
}

/**
 * Reads objects of one repository, all by one git (`git cat-file --batch`) while there is work. It fetches nothing. The
 * git ends when its input ends, so it does not outlive this process.
 */
export class ObjectReader {
  private readonly gitDir: string
  private readonly timeoutSeconds: number
  private readonly idleMs: number
  private git: ChildProcessWithoutNullStreams | undefined
  private output: AsyncIterator<Buffer> | undefined
  private rest: Buffer = Buffer.alloc(0)
  private last: Promise<unknown> = Promise.resolve()
  private idle: NodeJS.Timeout | undefined

  /** @param idleMs a reader without work for this long ends its git: a submission asks several times within it */
  constructor(gitDir: string, timeoutSeconds: number, idleMs = 1000) {
    this.gitDir = gitDir
    this.timeoutSeconds = timeoutSeconds
    this.idleMs = idleMs
  }

  /**
   * Returns an object, or undefined when the repository does not have it.
   *
   * @param name in git's syntax of revisions, such as `COMMIT:FILE`
   * @param bytesMax the size of the largest object that is read
   * @param what the name of the object in messages
   * @throws UserError (422) for a larger object
   */
  read(name: string, bytesMax: number, what: string): Promise<GitObject | undefined> {
    // A line break would begin another request.
    if (/[\0\n]/.test(name)) return Promise.resolve(undefined)
    const reading = this.last.then(() =>
      gits.run(() => crossing('git', 'cat-file', () => this.inTime(() => this.ask(name, bytesMax, what)))),
    )
    this.last = reading.catch(() => undefined)
    return reading
  }

  /** Ends the git after the present reads. */
  close(): void {
    void this.last.then(() => this.end())
  }

  private async inTime<T>(work: () => Promise<T>): Promise<T> {
    clearTimeout(this.idle)
    const over = new AbortController()
    const limit = setTimeout(() => {
      over.abort()
      this.end()
    }, this.timeoutSeconds * 1000)
    try {
      return await work()
    } catch (error) {
      // The place in the output is unknown now.
      this.end()
      throw over.signal.aborted
        ? new GitOutOfTime('dist-git', `git took longer than ${this.timeoutSeconds} s`)
        : error
    } finally {
      clearTimeout(limit)
      this.idle = setTimeout(() => this.end(), this.idleMs)
      this.idle.unref()
    }
  }

  private async ask(name: string, bytesMax: number, what: string): Promise<GitObject | undefined> {
    this.begin().stdin.write(`${name}\n`)
    const line = (await this.untilLineEnd()).toString('utf8')
    const [, type, size] = /^[0-9a-f]{40,64} ([a-z]+) (\d+)$/.exec(line) ?? []
    // Git repeats the name and says that it is missing or ambiguous.
    if (type === undefined) return undefined
    if (Number(size) > bytesMax)
      throw new UserError(422, `${what} is larger than ${bytesMax / 1024 / 1024} MB, the limit`)
    const content = await this.take(Number(size))
    await this.take(1)
    return { type, content }
  }

  private begin(): ChildProcessWithoutNullStreams {
    if (this.git !== undefined) return this.git
    const [program, ...args] = limitedGit(this.gitDir)
    const git = spawn(program, [...args, 'cat-file', '--batch'], { env: gitEnvironment() })
    const forget = () => {
      if (this.git === git) this.end()
    }
    git.on('error', forget).on('exit', forget)
    git.stdin.on('error', () => undefined)
    git.stderr.resume()
    // Only a read keeps this process alive, by its time limit.
    git.unref()
    for (const stream of [git.stdin, git.stdout, git.stderr]) (stream as unknown as Socket).unref()
    // Reading continues over several requests.
    this.output = git.stdout.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer>
    this.git = git
    return git
  }

  private end(): void {
    const { git } = this
    clearTimeout(this.idle)
    this.git = undefined
    this.output = undefined
    this.rest = Buffer.alloc(0)
    git?.stdin.end()
    // It only reads, so nothing is left half done.
    git?.kill('SIGKILL')
  }

  private async untilLineEnd(): Promise<Buffer> {
    for (;;) {
      const end = this.rest.indexOf(10)
      if (end >= 0) {
        const line = this.rest.subarray(0, end)
        this.rest = this.rest.subarray(end + 1)
        return line
      }
      this.rest = Buffer.concat([this.rest, await this.more()])
    }
  }

  private async take(size: number): Promise<Buffer> {
    const parts = [this.rest]
    let length = this.rest.length
    while (length < size) {
      const part = await this.more()
      parts.push(part)
      length += part.length
    }
    const all = Buffer.concat(parts)
    this.rest = all.subarray(size)
    return all.subarray(0, size)
  }

  private async more(): Promise<Buffer> {
    const next = await this.output?.next()
    if (next === undefined || next.done === true)
      throw new InfraError('dist-git', `git ended while it read ${this.gitDir}`)
    return next.value
  }
}
