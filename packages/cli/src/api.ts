import { CommandError, exitCodes } from './exit.ts'

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
  state_name: 'BUILDING' | 'COMPLETE' | 'FAILED' | 'CANCELED' | null
  state_reason: string | null
  nvr: string | null
  time_started: string | null
  time_completed: string | null
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

/** The service's HTTP API. */
export class Api {
  private readonly server: string
  private readonly token: string | undefined

  constructor(server: string, token?: string) {
    this.server = server.replace(/\/+$/, '')
    this.token = token
  }

  submit(
    scmurl: string,
    branch: string,
    owner: string,
    options: Record<string, unknown> = {},
  ): Promise<ModuleBuild[]> {
    return this.json('POST', '/module-build-service/2/module-builds/', { scmurl, branch, owner, ...options })
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

  cancel(id: number, owner: string, reason?: string): Promise<ModuleBuild> {
    return this.json('PATCH', `/module-build-service/2/module-builds/${id}`, {
      state: 'failed',
      owner,
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

  failEffect(id: number, owner: string, reason?: string): Promise<Effect> {
    return this.json('POST', `/effects/${id}/fail`, { owner, ...(reason === undefined ? {} : { reason }) })
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

  /** What the hub answers at a path below `/hub`; undefined where it answers nothing. */
  async hub<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await this.request(method, `/hub${path}`, body)
    if (!response.ok) throw await refusal(response)
    return (response.status === 204 ? undefined : await response.json()) as T
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
