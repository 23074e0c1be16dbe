import { openAsBlob } from 'node:fs'
import path from 'node:path'
import { createClient, type Client, type Schemas } from '@mbs/client'
import { CommandError, exitCodes } from './exit.ts'
import { userName } from './user-name.ts'

/** A module build in the API's extended form. */
export type ModuleBuild = Schemas['ModuleBuild']

/** A component of a module build. */
export type ComponentBuild = ModuleBuild['components'][number]

/** The service's plan for a submission. */
export type SubmissionPlan = Schemas['SubmissionPlan']

/** The version of the API that the command uses, as a part of its paths. */
export const version = 2

/** The client's result for a request. */
type Asked<T> = Promise<{ data?: T; error?: unknown; response: Response }>

/** Largest number of items on a page. */
const perPage = 100

/**
 * Returns the component with this name.
 *
 * @throws CommandError that lists the components of the build
 */
export function componentOf({ id, components }: ModuleBuild, name: string): ComponentBuild {
  const found = components.find((one) => one.package === name)
  if (found !== undefined) return found
  const names = components.map((one) => one.package).join(', ')
  throw new CommandError(exitCodes.failed, `build ${id} has no component "${name}"; it has ${names}`)
}

/**
 * Returns the service's answer.
 *
 * @throws CommandError with the message of a refusal
 */
export async function answerOf<T>(asked: Asked<T>): Promise<T> {
  const { data, error, response } = await asked
  if (!response.ok) throw refusal(response.status, error)
  return data as T
}

/** Returns the service's answer, or undefined when the service does not find the object. */
export async function foundOf<T>(asked: Asked<T>): Promise<T | undefined> {
  const { response } = await asked
  return response.status === 404 ? undefined : answerOf(asked)
}

/** Returns all items of a list with pages. */
export async function wholeList<T>(
  ask: (page: { page: number; per_page: number }) => Asked<{ meta: { pages: number }; items: T[] }>,
): Promise<{ items: T[] }> {
  const items: T[] = []
  for (let page = 1, pages = 1; page <= pages; page++) {
    const answer = await answerOf(ask({ page, per_page: perPage }))
    items.push(...answer.items)
    pages = answer.meta.pages
  }
  return { items }
}

/**
 * Returns a query for the last event of the hub, so that all pages of a list show the hub at one moment. The
 * query is empty when the hub has no event.
 */
export async function thisMoment(service: Client): Promise<{ event?: number }> {
  const last = await answerOf(service.GET('/hub/events/last'))
  return last === null ? {} : { event: last.id }
}

/** The service's HTTP API. */
export class Api {
  /** The client of all paths that the service describes; {@link answerOf} takes its results. */
  readonly service: Client
  private readonly server: string
  private readonly token: string | undefined

  constructor(server: string, token?: string) {
    this.server = server.replace(/\/+$/, '')
    this.token = token
    this.service = createClient(server, token, (request) => this.reach(request))
  }

  /** @param parameters with the names of the upstream API */
  async submit(parameters: Schemas['Submission']): Promise<ModuleBuild[]> {
    const builds = await answerOf(
      this.service.POST('/module-build-service/{version}/module-builds/', {
        params: { path: { version } },
        body: { ...this.owner(), ...parameters },
      }),
    )
    return [builds].flat()
  }

  /** Uploads source packages and returns their names for a submission. */
  async uploadSrpms(files: readonly string[]): Promise<string[]> {
    const form = new FormData()
    for (const file of files) form.append('srpm', await openAsBlob(file), path.basename(file))
    const { srpms } = await answerOf(
      this.service.POST('/module-build-service/{version}/srpms/', {
        params: { path: { version } },
        body: form as never,
      }),
    )
    return srpms
  }

  /** Imports a build into the hub. */
  async importBuild(form: FormData): Promise<Schemas['HubBuild']> {
    return answerOf(this.service.POST('/hub/cg-import', { body: form as never }))
  }

  /** Returns the service's plan for a submission with these parameters. */
  async plan(parameters: Schemas['Submission']): Promise<SubmissionPlan> {
    return answerOf(
      this.service.POST('/module-build-service/{version}/plan/', {
        params: { path: { version } },
        body: parameters,
      }),
    )
  }

  /** Imports a module that was built elsewhere, by `scmurl` or `modulemd`. */
  async importModule(parameters: {
    scmurl?: string
    modulemd?: string
    builds?: string[]
  }): Promise<{ messages: string[] }> {
    return answerOf(
      this.service.POST('/module-build-service/{version}/import-module/', {
        params: { path: { version } },
        body: parameters,
      }),
    )
  }

  async build(id: number): Promise<ModuleBuild> {
    const build = await answerOf(
      this.service.GET('/module-build-service/{version}/module-builds/{id}', {
        params: { path: { version, id }, query: { verbose: 'true' } },
      }),
    )
    // The query asks for this form.
    return build as ModuleBuild
  }

  async builds(query: Record<string, string>): Promise<{ meta: Schemas['ListMeta']; items: ModuleBuild[] }> {
    const { meta, items } = await answerOf(
      this.service.GET('/module-build-service/{version}/module-builds/', {
        params: { path: { version }, query: { verbose: 'true', ...query } },
      }),
    )
    return { meta, items: items as ModuleBuild[] }
  }

  async cancel(id: number, reason?: string): Promise<ModuleBuild> {
    return answerOf(
      this.service.PATCH('/module-build-service/{version}/module-builds/{id}', {
        params: { path: { version, id } },
        body: { state: 'failed', ...this.owner(), ...(reason === undefined ? {} : { reason }) },
      }),
    )
  }

  /** Returns a component's log from a byte on, or undefined while there is none. */
  async log(component: number, name: 'build' | 'root', offset: number): Promise<Uint8Array | undefined> {
    const log = await foundOf(
      this.service.GET('/module-build-service/{version}/component-builds/{id}/logs/{name}', {
        params: { path: { version, id: component, name }, query: { offset } },
        parseAs: 'arrayBuffer',
      }),
    )
    return log === undefined ? undefined : new Uint8Array(log)
  }

  /** Returns a file of a build of the hub. */
  async file(build: string, name: string): Promise<Response> {
    const place = name.split('/').map(encodeURIComponent).join('/')
    const { token } = this
    const response = await this.reach(
      new Request(this.address(`/hub/builds/${encodeURIComponent(build)}/files/${place}`), {
        headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      }),
    )
    if (!response.ok) throw refusal(response.status, await response.json().catch(() => undefined))
    return response
  }

  /** Returns the full address of a path from the API. */
  address(path: string): string {
    return `${this.server}${path}`
  }

  /** Returns the user's name when the command has no token. A service without tokens believes this name. */
  owner(): { owner?: string } {
    return this.token === undefined ? { owner: userName() } : {}
  }

  private async reach(request: Request): Promise<Response> {
    return fetch(request).catch(() => {
      throw new CommandError(
        exitCodes.unreachable,
        `no service answers at ${this.server}; start one with "mbs serve", or name another with --server or $MBS_URL`,
      )
    })
  }
}

/** Makes an error of the service's message. It adds the place when the message does not name it. */
function refusal(status: number, error: unknown): CommandError {
  if (typeof error !== 'object' || error === null || !('message' in error))
    return new CommandError(
      exitCodes.failed,
      `HTTP ${status} ${typeof error === 'string' ? error.slice(0, 200) : ''}`,
    )
  const { message, where } = error as Schemas['Error']
  const isNamed = where === undefined || message.includes(where)
  return new CommandError(exitCodes.failed, isNamed ? message : `${message} (${where})`)
}
