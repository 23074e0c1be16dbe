import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { stringify } from 'yaml'
import { makeDistGit } from '../demo-dist-git.ts'
import { startService, type ServiceProcess } from '../service-process.ts'

/** What came of the kills. */
export interface KillReport {
  kills: Record<Victim, number>
  builds: number
  /** Builds that did not become ready. */
  lost: string[]
  /** Components that were compiled to the end more than once for one build. */
  doubled: string[]
  /** Processes, mounts and files of work that are still there. */
  left: string[]
  /** Seconds until every build that was under way had moved on; without a kill too, to compare with. */
  recovery: { killed: number[]; undisturbed: number[] }
}

type Victim = 'service' | 'runner' | 'postmaster'

/** Builds under way at a time. */
const depth = 3

interface View {
  id: number
  state_name: string
  state_reason: string | null
  koji_tag: string | null
  components: { package: string; state_name: string | null; attempt: number; task_id: number | null }[]
}

/**
 * Kills service processes, runners and PostgreSQL with -9 at random moments, over a queue of real builds of the
 * example module by two service processes on one embedded database.
 */
export async function soakKills(
  options: { kills: number },
  print: (line: string) => void,
): Promise<KillReport> {
  const folder = await mkdtemp('/var/tmp/mbs-soak-')
  await chmod(folder, 0o755)
  const field = await Field.open(folder, print)
  try {
    return await field.run(options.kills)
  } finally {
    await field.close()
    await rm(folder, { recursive: true, force: true })
  }
}

class Field {
  private readonly folder: string
  private readonly print: (line: string) => void
  private readonly distGit: string
  private readonly services: (ServiceProcess | undefined)[] = []
  private submitted = 0
  private readonly open = new Set<number>()
  private readonly all: number[] = []
  private isOver = false

  private constructor(folder: string, distGit: string, print: (line: string) => void) {
    this.folder = folder
    this.distGit = distGit
    this.print = print
  }

  static async open(folder: string, print: (line: string) => void): Promise<Field> {
    const { url } = await makeDistGit(examples, path.join(folder, 'dist-git'), module('s0'))
    const field = new Field(folder, url, print)
    for (const index of [0, 1]) await field.start(index)
    return field
  }

  async run(kills: number): Promise<KillReport> {
    const count: Record<Victim, number> = { service: 0, runner: 0, postmaster: 0 }
    const recovery = { killed: [] as number[], undisturbed: [] as number[] }
    const feeding = this.feed()
    for (let done = 0; done < kills;) {
      await sleep(500 + Math.random() * 3000)
      // Every fourth moment is only looked at.
      if (Math.random() < 0.25) recovery.undisturbed.push(await this.untilMovedOn())
      const victim = await this.killOne()
      if (victim === undefined) continue
      count[victim]++
      done++
      recovery.killed.push(await this.untilMovedOn())
      if (done % 10 === 0) this.print(`${done} kills, ${this.all.length} builds`)
    }
    this.isOver = true
    await feeding
    const builds = await Promise.all(this.all.map((id) => this.show(id)))
    for (const service of this.services) await service?.end()
    return {
      kills: count,
      builds: builds.length,
      lost: builds.flatMap((build) =>
        build?.state_name === 'ready' ? [] : [JSON.stringify(build).slice(0, 500)],
      ),
      doubled: await this.doubled(),
      left: await this.left(),
      recovery,
    }
  }

  async close(): Promise<void> {
    this.isOver = true
    for (const service of this.services) await service?.end('SIGKILL').catch(() => undefined)
    const pid = await this.postmaster()
    if (pid !== undefined) signal(pid, 'SIGQUIT')
  }

  private async start(index: number): Promise<void> {
    const config = path.join(this.folder, `mbs-${index}.yaml`)
    await writeFile(
      config,
      stringify({
        dataDir: path.join(this.folder, 'data'),
        http: { port: 0 },
        scm: {
          allowed: [`${this.distGit}/modules/`],
          rpms: `${this.distGit}/rpms/`,
          lookaside: `${this.distGit}/lookaside/`,
        },
        log: { level: 'fatal' },
      }),
    )
    this.services[index] = await startService(config, () => undefined)
  }

  /** Keeps so many builds under way, until it is over and all have ended. */
  private async feed(): Promise<void> {
    while (!this.isOver || this.open.size > 0) {
      if (!this.isOver && this.open.size < depth) await this.submit()
      for (const id of this.open) {
        const build = await this.show(id)
        if (build !== undefined && ended(build)) this.open.delete(id)
      }
      await sleep(200)
    }
  }

  /** A new stream each time, because one commit is built once. */
  private async submit(): Promise<void> {
    const stream = `s${++this.submitted}`
    const target = path.join(this.folder, 'dist-git')
    const { scmurl } = await makeDistGit(examples, target, module(stream))
    for (;;) {
      const answer = await this.ask('POST', '/module-build-service/2/module-builds/', {
        scmurl,
        branch: stream,
      })
      if (answer?.status === 201) {
        const [build] = answer.body as View[]
        if (build === undefined) throw new Error('no build was recorded')
        this.all.push(build.id)
        this.open.add(build.id)
        return
      }
      if (answer?.status === 409) return this.find(stream)
      if (answer !== undefined && answer.status < 500) throw new Error(JSON.stringify(answer.body))
      await sleep(300)
    }
  }

  /** The one that answered 201 was killed before we heard it. */
  private async find(stream: string): Promise<void> {
    const answer = await this.ask('GET', `/module-build-service/2/module-builds/?stream=${stream}`)
    const id = (answer?.body as { items: View[] } | undefined)?.items[0]?.id
    if (id === undefined) {
      await sleep(300)
      return this.find(stream)
    }
    this.all.push(id)
    this.open.add(id)
  }

  private async killOne(): Promise<Victim | undefined> {
    const dice = Math.random()
    if (dice < 0.15) {
      const pid = await this.postmaster()
      if (pid === undefined) return undefined
      signal(pid, 'SIGKILL')
      return 'postmaster'
    }
    if (dice < 0.4) {
      const pid = await this.runner()
      if (pid === undefined) return undefined
      signal(pid, 'SIGKILL')
      return 'runner'
    }
    const index = Math.random() < 0.5 ? 0 : 1
    const service = this.services[index]
    if (service === undefined) return undefined
    this.services[index] = undefined
    await service.end('SIGKILL')
    // Not at once: for a while the other one is alone.
    void sleep(Math.random() * 3000).then(() => this.start(index))
    return 'service'
  }

  /** A runner whose component has not lost an attempt yet: three lost ones fail it, as they should. */
  private async runner(): Promise<number | undefined> {
    const lost = new Set<number>()
    for (const id of this.open)
      for (const component of (await this.show(id))?.components ?? [])
        if (component.attempt > 1 && component.task_id !== null) lost.add(component.task_id)
    const attempts = await this.attempts()
    for (const id of await readdir(path.join(attempts, 'running')).catch(() => [])) {
      if (lost.has(Number(id))) continue
      const text = await readFile(path.join(attempts, id, 'process.json'), 'utf8').catch(() => undefined)
      if (text !== undefined) return (JSON.parse(text) as { pid: number }).pid
    }
    return undefined
  }

  private async postmaster(): Promise<number | undefined> {
    const file = path.join(this.folder, 'data', 'postgresql', 'postmaster.pid')
    const text = await readFile(file, 'utf8').catch(() => undefined)
    return text === undefined ? undefined : Number(text.split('\n')[0])
  }

  /** Seconds until each build that is under way now has moved on. */
  private async untilMovedOn(): Promise<number> {
    const began = performance.now()
    const before = new Map<number, string>()
    for (const id of this.open) {
      const build = await this.show(id)
      if (build !== undefined) before.set(id, JSON.stringify([build.state_name, build.components]))
    }
    while (before.size > 0) {
      for (const [id, known] of before) {
        const build = await this.show(id)
        if (build !== undefined && JSON.stringify([build.state_name, build.components]) !== known)
          before.delete(id)
      }
      await sleep(50)
    }
    return (performance.now() - began) / 1000
  }

  private async show(id: number): Promise<View | undefined> {
    const answer = await this.ask('GET', `/module-build-service/2/module-builds/${id}?verbose=true`)
    return answer?.status === 200 ? (answer.body as View) : undefined
  }

  private async ask(
    method: string,
    route: string,
    body?: object,
  ): Promise<{ status: number; body: unknown } | undefined> {
    const running = this.services.filter((service) => service !== undefined)
    const service = running[Math.floor(Math.random() * running.length)]
    if (service === undefined) return undefined
    const content =
      body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
    try {
      const response = await fetch(`${service.url}${route}`, { method, ...content })
      return { status: response.status, body: await response.json() }
    } catch {
      return undefined
    }
  }

  private async attempts(): Promise<string> {
    const data = path.join(this.folder, 'data')
    const [instance = ''] = (await readdir(data)).filter((name) => /^[0-9a-f]{8}$/.test(name))
    return path.join(data, instance, 'attempts')
  }

  /** By what the runners themselves have written: how often each component of each build was built to the end. */
  private async doubled(): Promise<string[]> {
    const attempts = await this.attempts()
    const counts = new Map<string, number>()
    for (const id of (await readdir(attempts)).filter((name) => /^\d+$/.test(name))) {
      const result = await readFile(path.join(attempts, id, 'result.json'), 'utf8').catch(() => '{}')
      if ((JSON.parse(result) as { state?: string }).state !== 'complete') continue
      const request = await readFile(path.join(attempts, id, 'request.json'), 'utf8')
      const { package: name } = JSON.parse(request) as { package: string }
      // A build's own repository is in a folder that has the name of its tag.
      const tag = /repositories\/(module-[^/]+)\//.exec(request)?.[1] ?? '?'
      counts.set(`${name} of ${tag}`, (counts.get(`${name} of ${tag}`) ?? 0) + 1)
    }
    return [...counts].filter(([, count]) => count > 1).map(([what, count]) => `${what}: ${count} times`)
  }

  private async left(): Promise<string[]> {
    const attempts = await this.attempts()
    const left: string[] = []
    for (const kind of ['queued', 'running'])
      for (const id of await readdir(path.join(attempts, kind))) left.push(`mark ${kind}/${id}`)
    for (const id of (await readdir(attempts)).filter((name) => /^\d+$/.test(name)))
      for (const name of await readdir(path.join(attempts, id)))
        if (name === 'work' || /\.[0-9a-f-]{36}$/.test(name)) left.push(`${id}/${name}`)
    const mounts = (await readFile('/proc/mounts', 'utf8')).split('\n')
    left.push(...mounts.filter((line) => line.includes(this.folder)).map((line) => `mount ${line}`))
    for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
      const command = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).replaceAll('\0', ' ')
      // The resolver of dependencies ends by itself after some idle minutes.
      if (command.includes(this.folder) && !command.includes('resolver')) left.push(`process ${command}`)
    }
    return left
  }
}

const examples = path.join(import.meta.dirname, '..', '..', 'examples')

function module(stream: string) {
  return { name: 'hello-stack', stream }
}

function ended({ state_name, state_reason }: View): boolean {
  return ['ready', 'failed'].includes(state_name) || (state_name === 'done' && state_reason !== null)
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // It has ended by itself.
  }
}

/** The value below which this share of all lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
}
