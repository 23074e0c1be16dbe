import { chmod, mkdtemp, readdir } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pino } from 'pino'
import { Value } from 'typebox/value'
import { FakeBuilder, type FakeScript } from '../../src/builders/fake/fake-builder.ts'
import type { LocalBuilderParts } from '../../src/builders/index.ts'
import type { Hub } from '../../src/hub/index.ts'
import type { Message } from '../../src/bus/index.ts'
import { composeMessages } from '../../src/composes/messages.ts'
import { resolveConfig } from '../../src/config/index.ts'
import { serve, type Service } from '../../src/index.ts'
import { moduleBuildMessages } from '../../src/modulebuilds/api/messages.ts'
import { removeTree } from '../../src/sandbox/index.ts'
import { createDatabase } from './database.ts'
import { faultsOfAnswer } from './description.ts'
import { TestDistGit } from './dist-git.ts'

/** The fields of a module build that the tests read. */
export interface BuildView {
  id: number
  state_name: string
  state: number
  state_reason: string | null
  version: string
  context: string
  koji_tag: string | null
  dist_tag: string | null
  modulemd: string
  state_trace: { state_name: string; reason: string | null }[]
  components: {
    id: number
    package: string
    batch: number
    attempt: number
    built_after: string[]
    state_name: string | null
    state_reason: string | null
    nvr: string | null
  }[]
  waiting_for: { sentence: string }[]
  stopped_by: string | null
  tasks: Record<string, unknown>
}

export interface HouseOptions {
  script?: FakeScript
  builder?: (parts: LocalBuilderParts) => FakeBuilder
  hub?: Hub
  onRoute?: (method: string, url: string) => void
  /** Configuration that takes precedence over that of the tests, by dotted key. */
  config?: Record<string, unknown>
}

const platforms = {
  test: {
    repositories: [{ name: 'none', url: 'file:///nonexistent' }],
    buildGroup: ['bash'],
    arches: ['x86_64'],
  },
}

/** Opens a service with a database, a dist-git and (by default) the fake builder, all of its own. */
export async function openHouse(options: HouseOptions = {}) {
  const database = await createDatabase()
  const distGit = await TestDistGit.create()
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'mbs-test-'))
  await chmod(dataDir, 0o755)
  const messages: Message[] = []
  const wrong: string[] = []
  let told = Promise.withResolvers<undefined>()
  let builder: FakeBuilder | undefined
  const start = async (overrides: Record<string, unknown> = {}): Promise<Service> => {
    const machine = { isRoot: false, home: dataDir, environment: {}, cores: 2 }
    const { config } = resolveConfig(machine, undefined, {
      dataDir,
      'database.url': database.url,
      'http.port': 0,
      'scm.allowed': [`${distGit.url}/modules/`],
      'scm.rpms': `${distGit.url}/rpms/`,
      'scm.modules': `${distGit.url}/modules/`,
      'scm.lookaside': `${distGit.url}/lookaside/`,
      platforms,
      'log.level': 'silent',
      'signing.mode': 'none',
      ...options.config,
      ...overrides,
    })
    const usesFake = options.config?.['builder.name'] === undefined
    return serve(config, {
      log: pino({ level: process.env['TEST_LOG_LEVEL'] ?? 'silent' }),
      progress: () => undefined,
      ...(options.onRoute === undefined ? {} : { onRoute: options.onRoute }),
      ...(options.hub === undefined ? {} : { hub: options.hub }),
      subscriber: (message) => {
        messages.push(message)
        wrong.push(...faultsOf(message))
        told.resolve(undefined)
        told = Promise.withResolvers()
      },
      ...(usesFake
        ? {
            builder: (parts) =>
              (builder = options.builder?.(parts) ?? new FakeBuilder(parts, options.script)),
          }
        : {}),
    })
  }
  let service = await start()

  /**
   * Sends a request to the service. It checks every response against the description, except streams, which have no
   * end.
   */
  const ask = async (route: string, init: RequestInit = {}): Promise<Response> => {
    const response = await fetch(`${service.url}${route}`, init)
    const contentType = response.headers.get('content-type')
    if (contentType?.startsWith('text/event-stream') !== true) {
      const { status } = response
      const text = await response.clone().text()
      const faults = faultsOfAnswer(init.method ?? 'GET', route, { status, contentType, text })
      if (faults.length > 0) throw new Error(`against the description of the API: ${faults.join('; ')}`)
    }
    return response
  }
  const request = async (method: string, route: string, body?: unknown) => {
    const content =
      body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
    const response = await ask(route, { method, ...content })
    const text = await response.text()
    return {
      status: response.status,
      text,
      json: (response.headers.get('content-type') ?? '').includes('json')
        ? (JSON.parse(text) as unknown)
        : undefined,
    }
  }
  const show = async (id: number) =>
    (await request('GET', `/module-build-service/2/module-builds/${id}?verbose=true`)).json as BuildView
  /** Looks at each message, and now and then, until `is` holds. */
  const until = async (id: number, is: (build: BuildView) => boolean): Promise<BuildView> => {
    for (let looks = 0; looks < 2000; looks++) {
      const isTold = told.promise
      const build = await show(id)
      if (is(build)) return build
      await Promise.race([isTold, sleep(100)])
    }
    throw new Error(`module build ${id} did not get there: ${JSON.stringify(await show(id))}`)
  }
  return {
    distGit,
    messages,
    dataDir,
    /** The folder of this database's builds. */
    buildsDir: async () => {
      const [instance = ''] = (await readdir(dataDir)).filter((name) => /^[0-9a-f]{8}$/.test(name))
      return path.join(dataDir, instance)
    },
    database,
    ask,
    request,
    show,
    until,
    builder: () => {
      if (builder === undefined) throw new Error('this house has another builder')
      return builder
    },
    submit: (submission: object, version = 2) =>
      request('POST', `/module-build-service/${version}/module-builds/`, submission),
    /** Submits, and returns the build when it has ended. */
    build: async (submission: object): Promise<BuildView> => {
      const { status, json, text } = await request(
        'POST',
        '/module-build-service/2/module-builds/',
        submission,
      )
      if (status !== 201) throw new Error(`${status} ${text}`)
      return until((json as BuildView[])[0]?.id ?? 0, ended)
    },
    stop: () => service.stop(),
    restart: async (overrides?: Record<string, unknown>) => {
      await service.stop()
      service = await start(overrides)
    },
    url: () => service.url,
    close: async () => {
      await service.stop()
      await database.drop()
      await distGit.remove()
      await removeTree(dataDir)
      if (wrong.length > 0) throw new Error(`messages against their schemas: ${wrong.join('; ')}`)
    },
  }
}

/** Returns the differences between a message and its schema. */
function faultsOf({ topic, body }: Message): string[] {
  const schema = [...moduleBuildMessages, ...composeMessages].find((one) => one.topic === topic)
  if (schema === undefined) return [`${topic} has no schema`]
  return Value.Errors(schema.body, body).map((fault) => `${topic} ${fault.instancePath} ${fault.message}`)
}

export type House = Awaited<ReturnType<typeof openHouse>>

export function ended(build: BuildView): boolean {
  return (
    build.state_name === 'ready' ||
    build.state_name === 'failed' ||
    build.stopped_by !== null ||
    (build.state_name === 'done' && build.state_reason !== null)
  )
}
