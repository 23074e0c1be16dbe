import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { stringify } from 'yaml'
import { makeDistGit } from '../demo-dist-git.ts'
import { startService, type ServiceProcess } from '../service-process.ts'

/** The fields of a module build that a soak reads. */
export interface View {
  id: number
  state_name: string
  state_reason: string | null
  version: string
  stream: string
  context: string
  koji_tag: string | null
  modulemd: string
  state_trace: { state_name: string }[]
  components: {
    package: string
    batch: number
    state_name: string | null
    attempt: number
    task_id: number | null
    nvr: string | null
  }[]
}

const examples = path.join(import.meta.dirname, '..', '..', 'examples')

/**
 * Service processes on one folder and one embedded database, with a dist-git of the examples, for runs that kill them.
 */
export class Field {
  readonly folder: string
  private readonly distGit: string
  private readonly bus: { url?: string }
  private readonly services: (ServiceProcess | undefined)[] = []

  private constructor(folder: string, distGit: string, bus: { url?: string }) {
    this.folder = folder
    this.distGit = distGit
    this.bus = bus
  }

  /** @param bus its configuration; empty: messages stay in the process */
  static async open(bus: { url?: string } = {}): Promise<Field> {
    const folder = await mkdtemp('/var/tmp/mbs-soak-')
    await chmod(folder, 0o755)
    const { url } = await makeDistGit(examples, path.join(folder, 'dist-git'), module('s0'))
    return new Field(folder, url, bus)
  }

  async close(): Promise<void> {
    for (const service of this.services) await service?.end('SIGKILL').catch(() => undefined)
    const pid = await this.postmaster()
    if (pid !== undefined) signal(pid, 'SIGQUIT')
    await rm(this.folder, { recursive: true, force: true })
  }

  /** Starts the service with this number. */
  async start(index: number, environment: Readonly<Record<string, string>> = {}): Promise<ServiceProcess> {
    const config = path.join(this.folder, `mbs-${index}.yaml`)
    await writeFile(
      config,
      stringify({
        dataDir: path.join(this.folder, 'data'),
        http: { port: 0 },
        bus: this.bus,
        scm: {
          allowed: [`${this.distGit}/modules/`],
          rpms: `${this.distGit}/rpms/`,
          lookaside: `${this.distGit}/lookaside/`,
          moduleDefaults: `${this.distGit}/module-defaults`,
        },
        log: { level: 'fatal' },
      }),
    )
    const service = await startService(config, () => undefined, environment)
    this.services[index] = service
    return service
  }

  /** Ends the service with this number, if it runs. */
  async end(index: number, name: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const service = this.services[index]
    this.services[index] = undefined
    await service?.end(name)
  }

  /** Submits a stream of the example module, and retries while services are killed; returns the build's number. */
  async submit(stream: string): Promise<number> {
    const { scmurl } = await makeDistGit(examples, path.join(this.folder, 'dist-git'), module(stream))
    for (;;) {
      const answer = await this.ask('POST', '/module-build-service/2/module-builds/', {
        scmurl,
        branch: stream,
      })
      if (answer?.status === 201) {
        const [build] = answer.body as View[]
        if (build === undefined) throw new Error('no build was recorded')
        return build.id
      }
      // The service that answered 201 was killed before the response arrived.
      if (answer?.status === 409) return this.find(stream)
      if (answer !== undefined && answer.status < 500) throw new Error(JSON.stringify(answer.body))
      await sleep(300)
    }
  }

  private async find(stream: string): Promise<number> {
    for (;;) {
      const answer = await this.ask('GET', `/module-build-service/2/module-builds/?stream=${stream}`)
      const id = (answer?.body as { items: View[] } | undefined)?.items[0]?.id
      if (id !== undefined) return id
      await sleep(300)
    }
  }

  async show(id: number): Promise<View | undefined> {
    const answer = await this.ask('GET', `/module-build-service/2/module-builds/${id}?verbose=true`)
    return answer?.status === 200 ? (answer.body as View) : undefined
  }

  /** Sends a request to any running service; undefined when it does not answer. */
  async ask(
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

  async postmaster(): Promise<number | undefined> {
    const file = path.join(this.folder, 'data', 'postgresql', 'postmaster.pid')
    const text = await readFile(file, 'utf8').catch(() => undefined)
    return text === undefined ? undefined : Number(text.split('\n')[0])
  }

  async attempts(): Promise<string> {
    const data = path.join(this.folder, 'data')
    const [instance = ''] = (await readdir(data)).filter((name) => /^[0-9a-f]{8}$/.test(name))
    return path.join(data, instance, 'attempts')
  }

  /** Returns the components that were built to the end more than once for one build, by the runners' own files. */
  async doubled(): Promise<string[]> {
    const attempts = await this.attempts()
    const counts = new Map<string, number>()
    for (const id of (await readdir(attempts)).filter((name) => /^\d+$/.test(name))) {
      const result = await readFile(path.join(attempts, id, 'result.json'), 'utf8').catch(() => '{}')
      if ((JSON.parse(result) as { state?: string }).state !== 'complete') continue
      const request = await readFile(path.join(attempts, id, 'request.json'), 'utf8')
      const { package: name } = JSON.parse(request) as { package: string }
      // A build's own repository is in a folder with the name of its tag.
      const tag = /repositories\/(module-[^/]+)\//.exec(request)?.[1] ?? '?'
      counts.set(`${name} of ${tag}`, (counts.get(`${name} of ${tag}`) ?? 0) + 1)
    }
    return [...counts].filter(([, count]) => count > 1).map(([what, count]) => `${what}: ${count} times`)
  }

  /** Returns the processes, mounts and working files that are left over. */
  async left(): Promise<string[]> {
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

function module(stream: string) {
  return { name: 'hello-stack', stream }
}

export function isOver({ state_name, state_reason }: View): boolean {
  return ['ready', 'failed'].includes(state_name) || (state_name === 'done' && state_reason !== null)
}

export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // The process has ended by itself.
  }
}
