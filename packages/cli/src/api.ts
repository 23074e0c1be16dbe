import { openAsBlob } from 'node:fs'
import path from 'node:path'
import { CommandError, exitCodes } from './exit.ts'
import { userName } from './user-name.ts'

/** A module build in the API's extended form, as far as the command reads it. */
export interface ModuleBuild {
  id: number
  state_name: 'init' | 'wait' | 'build' | 'done' | 'failed' | 'ready' | 'garbage'
  state_reason: string | null
  name: string
  stream: string
  version: string
  context: string
  scratch: boolean
  platform: string | null
  modulemd: string | null
  virtual_streams: string[]
  stream_version: number | null
  build_context: string | null
  runtime_context: string | null
  rebuild_strategy: string
  reused_module_id: number | null
  buildrequires: Record<
    string,
    { stream: string; version: string; context: string; filtered_rpms?: string[] }
  >
  batch: number
  time_submitted: string
  time_completed: string | null
  components: ComponentBuild[]
  waiting_for: { sentence: string; since: string }[]
  /** A bug stopped it; an operator must help. */
  stopped_by: string | null
}

export interface ComponentBuild {
  id: number
  package: string
  batch: number
  attempt: number
  /** What the builder calls its last attempt; null where that has not been started. */
  task_id: number | null
  state_name: 'BUILDING' | 'COMPLETE' | 'FAILED' | 'CANCELED' | null
  state_reason: string | null
  nvr: string | null
  reuse: { code: string; detail: string | null } | null
  included_from: string | null
  expected_seconds: number | null
  expected_error: number | null
  time_started: string | null
  time_completed: string | null
  /** Packages of its batch that it waits for. */
  built_after: string[]
}

/** What a service tells of itself. */
export interface About {
  version: string
  /** The folder of its builds below its `dataDir`; services of earlier versions do not tell. */
  instance?: string
}

/** What a submission would become. */
export interface SubmissionPlan {
  refused: { message: string; where: string | null }[]
  unmet: string[]
  builds: {
    name: string
    stream: string
    version: string
    context: string
    platform: string
    buildrequires: Record<string, { stream: string; version: string; context: string }>
    rebuild_strategy: string
    dependency_order: boolean
    reused_module_id: number | null
    exists: { id: number; state_name: string } | null
    components: {
      package: string
      batch: number
      included_from: string | null
      reuse: { code: string; detail: string }
      expected_seconds: number | null
      expected_error: number | null
    }[]
    critical_path: { packages: string[]; seconds: number; error: number; unknown: string[] }
  }[]
}

export interface Compose {
  id: number
  state_name: 'requested' | 'finished' | 'failed'
  state_reason: string | null
  modules: string[]
  repositories: Record<string, string>
  latest: Record<string, string>
}

/** Something that the service has to do for a build or a compose. */
export interface Effect {
  id: number
  /** Such as `module-build:7`. */
  subject: string
  kind: string
  state: 'queued' | 'done' | 'failed' | 'parked' | 'canceled'
  attempt: number
  error: string | null
}

/**
 * The component of this name.
 *
 * @throws CommandError that lists those there are
 */
export function componentOf({ id, components }: ModuleBuild, name: string): ComponentBuild {
  const found = components.find((one) => one.package === name)
  if (found !== undefined) return found
  const names = components.map((one) => one.package).join(', ')
  throw new CommandError(exitCodes.failed, `build ${id} has no component "${name}"; it has ${names}`)
}

/** The service's HTTP API. */
export class Api {
  private readonly server: string
  private readonly token: string | undefined

  constructor(server: string, token?: string) {
    this.server = server.replace(/\/+$/, '')
    this.token = token
  }

  /** @param parameters in upstream's words */
  submit(parameters: Record<string, unknown>): Promise<ModuleBuild[]> {
    return this.json('POST', '/module-build-service/2/module-builds/', { ...this.owner(), ...parameters })
  }

  /** Uploads source packages; gives what submissions call them. */
  async uploadSrpms(files: readonly string[]): Promise<string[]> {
    const form = new FormData()
    for (const file of files) form.append('srpm', await openAsBlob(file), path.basename(file))
    const { srpms } = await this.call<{ srpms: string[] }>('POST', '/module-build-service/2/srpms/', form)
    return srpms
  }

  /** What a submission with these parameters would become. */
  plan(parameters: Record<string, unknown>): Promise<SubmissionPlan> {
    return this.json('POST', '/module-build-service/2/plan/', parameters)
  }

  /** Brings in a module that was built elsewhere: `scmurl` or `modulemd`. */
  importModule(parameters: {
    scmurl?: string
    modulemd?: string
    builds?: readonly string[]
  }): Promise<{ module: ModuleBuild; messages: string[] }> {
    return this.json('POST', '/module-build-service/2/import-module/', parameters)
  }

  about(): Promise<About> {
    return this.json('GET', '/module-build-service/2/about/')
  }

  build(id: number): Promise<ModuleBuild> {
    return this.json('GET', `/module-build-service/2/module-builds/${id}?verbose=true`)
  }

  builds(
    query: Record<string, string>,
  ): Promise<{ meta: { page: number; pages: number; total: number }; items: ModuleBuild[] }> {
    return this.json(
      'GET',
      `/module-build-service/2/module-builds/?${new URLSearchParams({ verbose: 'true', ...query }).toString()}`,
    )
  }

  cancel(id: number, reason?: string): Promise<ModuleBuild> {
    return this.json('PATCH', `/module-build-service/2/module-builds/${id}`, {
      state: 'failed',
      ...this.owner(),
      ...(reason === undefined ? {} : { reason }),
    })
  }

  /** A component's log from a byte on; undefined while there is none. */
  async log(component: number, name: 'build' | 'root', offset: number): Promise<Uint8Array | undefined> {
    const response = await this.request(
      'GET',
      `/module-build-service/2/component-builds/${component}/logs/${name}?offset=${offset}`,
    )
    if (response.status === 404) return undefined
    if (!response.ok) throw await refusal(response)
    return new Uint8Array(await response.arrayBuffer())
  }

  effects(query: Record<string, string>): Promise<{ items: Effect[] }> {
    return this.json('GET', `/effects/?${new URLSearchParams(query).toString()}`)
  }

  retryEffect(id: number): Promise<Effect> {
    return this.json('POST', `/effects/${id}/retry`)
  }

  failEffect(id: number, reason?: string): Promise<Effect> {
    return this.json('POST', `/effects/${id}/fail`, {
      ...this.owner(),
      ...(reason === undefined ? {} : { reason }),
    })
  }

  createCompose(platform: string): Promise<Compose> {
    return this.json('POST', '/composes/', { platform })
  }

  compose(id: number): Promise<Compose> {
    return this.json('GET', `/composes/${id}`)
  }

  /** The whole address of a path that the API gave. */
  address(path: string): string {
    return `${this.server}${path}`
  }

  /** What the API has at a path; undefined where it has nothing. */
  async find<T>(path: string): Promise<T | undefined> {
    const response = await this.request('GET', path)
    if (response.status === 404) return undefined
    if (!response.ok) throw await refusal(response)
    return (await response.json()) as T
  }

  /** What the hub answers at a path below `/hub`; undefined where it answers nothing. */
  async hub<T>(method: string, path: string, body?: unknown): Promise<T> {
    return this.call(method, `/hub${path}`, body)
  }

  /** What the API answers at a path; undefined where it answers nothing. */
  async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await this.raw(method, path, body)
    return (response.status === 204 ? undefined : await response.json()) as T
  }

  /** The answer itself, which is no refusal. */
  async raw(method: string, path: string, body?: unknown): Promise<Response> {
    const response = await this.request(method, path, body)
    if (!response.ok) throw await refusal(response)
    return response
  }

  /** Who asks, where the service does not ask for a token: it believes what we say then. */
  private owner(): { owner?: string } {
    return this.token === undefined ? { owner: userName() } : {}
  }

  private async json<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await this.request(method, path, body)
    if (!response.ok) throw await refusal(response)
    return (await response.json()) as T
  }

  private async request(method: string, path: string, body?: unknown): Promise<Response> {
    const isForm = body instanceof FormData
    const headers = {
      ...(this.token === undefined ? {} : { authorization: `Bearer ${this.token}` }),
      ...(body === undefined || isForm ? {} : { 'content-type': 'application/json' }),
    }
    const content = body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }
    return fetch(this.address(path), { method, headers, ...content }).catch(() => {
      throw new CommandError(
        exitCodes.unreachable,
        `no service answers at ${this.server}; start one with "mbs serve", or name another with --server or $MBS_URL`,
      )
    })
  }
}

/** The service's sentence, and the place where it does not name it itself. */
function describe({ message, where }: { message: string; where?: string }): string {
  return where === undefined || message.includes(where) ? message : `${message} (${where})`
}

async function refusal(response: Response): Promise<CommandError> {
  const text = await response.text()
  try {
    return new CommandError(
      exitCodes.failed,
      describe(JSON.parse(text) as { message: string; where?: string }),
    )
  } catch {
    return new CommandError(exitCodes.failed, `HTTP ${response.status} ${text.slice(0, 200)}`)
  }
}
