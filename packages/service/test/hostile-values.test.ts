import { createHash } from 'node:crypto'
import { homedir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { moduleDocument } from './support/dist-git.ts'
import { openHouse, type House } from './support/house.ts'

/** A part of the description's JSON schemas. */
interface Schema {
  type?: string
  properties?: Record<string, Schema>
  items?: Schema
  anyOf?: Schema[]
  enum?: unknown[]
  const?: unknown
  pattern?: string
  patternProperties?: Record<string, Schema>
}
interface Operation {
  parameters?: { in: string; name: string; schema: Schema }[]
  requestBody?: { content: Record<string, { schema: Schema }> }
}

let house: House
let submission: object
let operations: { method: string; url: string; operation: Operation }[]
beforeAll(async () => {
  house = await openHouse()
  await house.distGit.commit('rpms/a', 'main', { 'a.spec': '' })
  submission = await house.distGit.module('m', moduleDocument({ a: 1 }))
  await house.build(submission)
  for (const name of ['x', 'y']) await house.request('POST', '/hub/tags/', { name, arches: 'x86_64' })
  await house.request('PUT', '/hub/content-generators/x/users/anonymous')
  await house.request('PUT', '/hub/tags/x/packages/x', { owner: 'x' })
  await house.request('POST', '/composes/', { platform: 'test' })
  const { paths } = (await house.request('GET', '/openapi.json')).json as {
    paths: Record<string, Record<string, Operation>>
  }
  operations = Object.entries(paths).flatMap(([url, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), url, operation })),
  )
})
afterAll(() => house.close())

/** A text that stays too long for an index, because PostgreSQL cannot compress it. */
const incompressible = Array.from({ length: 1000 }, (_, index) =>
  String.fromCodePoint(0x20000 + ((index * 7919) % 40_000)),
).join('')

const texts = [
  ...[
    '',
    ' ',
    '-1',
    '0',
    '1.5',
    '2147483648',
    '9007199254740993',
    '9223372036854775808',
    '1e15',
    '1e309',
    'NaN',
    '0x10',
  ],
  ...[
    '__proto__',
    'constructor',
    'toString',
    '..',
    '*',
    '%',
    "'",
    '\\',
    '2026-02-30T00:00:00Z',
    '0000-00-00',
    '9999-99-99',
  ],
  ...[
    '+275760-09-13T00:00:01Z',
    '2026-01-01T24:00:00+99:99',
    'a\0b',
    '\ud800',
    '\u001b[2J',
    '\u202e',
    '\r\n',
  ],
  ...[incompressible, incompressible.slice(0, 256), incompressible.slice(0, 128), 'x'.repeat(5000)],
]

/** Encodes a text; encodeURIComponent refuses an unpaired surrogate, so this writes its bytes. */
const encoded = (text: string) => (text.isWellFormed() ? encodeURIComponent(text) : '%ED%A0%80')

/** Unexpected values of each type of JSON. */
const values: unknown[] = [
  ...[
    '2147483648',
    '9223372036854775808',
    '__proto__',
    'toString',
    '../x',
    '2026-02-30T00:00:00Z',
    'a\0b',
    '\ud800',
  ],
  ...[
    '\u001b[2J',
    incompressible,
    incompressible.slice(0, 256),
    null,
    -1,
    1.5,
    2_147_483_648,
    2 ** 63,
    [],
    {},
    ['\0'],
  ],
  ...[
    { '\ud800': 1 },
    { ['k'.repeat(6000)]: 1 },
    JSON.parse(`${'{"toString":'.repeat(200)}1${'}'.repeat(200)}`) as unknown,
  ],
]

/** Returns a value that fits a schema. */
function fitting(schema: Schema): unknown {
  if (schema.const !== undefined) return schema.const
  if (schema.enum !== undefined) return schema.enum[0]
  if (schema.anyOf !== undefined) return fitting(schema.anyOf[0] ?? {})
  if (schema.properties !== undefined)
    return Object.fromEntries(Object.entries(schema.properties).map(([name, one]) => [name, fitting(one)]))
  if (schema.type === 'array') return [fitting(schema.items ?? {})]
  if (schema.type === 'integer' || schema.type === 'number') return 1
  if (schema.type === 'boolean') return true
  if (schema.type === 'object') return { x: 'x' }
  return schema.pattern?.includes('\\d{4}') === true ? '2026-01-01' : 'x'
}

/**
 * Yields the value with each of its parts replaced by each hostile value, one at a time, and with each part removed.
 */
function* spoilt(value: unknown): Generator {
  yield* values
  if (Array.isArray(value))
    for (const [index, part] of value.entries())
      for (const other of spoilt(part)) yield value.with(index, other)
  else if (typeof value === 'object' && value !== null)
    for (const [name, part] of Object.entries(value)) {
      yield Object.fromEntries(Object.entries(value).filter(([key]) => key !== name))
      for (const other of spoilt(part)) yield { ...value, [name]: other }
    }
}

const faults: string[] = []
/** No response may name a place of the machine: neither the data folder nor the service's own folder. */
const places = () => [
  house.dataDir,
  path.join(import.meta.dirname, '../../..'),
  homedir(),
  'node_modules',
  '/proc/',
]
let asked = 0

async function ask(method: string, route: string, body?: string | FormData): Promise<number> {
  asked++
  const headers = typeof body === 'string' ? { headers: { 'content-type': 'application/json' } } : {}
  const response = await house.ask(route, {
    method,
    redirect: 'manual',
    ...(body === undefined ? {} : { body, ...headers }),
  })
  const said = `${method} ${route.slice(0, 200)} ${typeof body === 'string' ? body.slice(0, 300) : ''}`
  if (response.headers.get('content-type')?.includes('event-stream') === true) {
    await response.body?.cancel()
    return response.status
  }
  const text = await response.text()
  if (response.status >= 500) faults.push(`${response.status} ${said}: ${text.slice(0, 200)}`)
  const place = places().find((one) => one !== '/' && text.includes(one))
  if (place !== undefined) faults.push(`${place} in the answer to ${said}`)
  if (response.status < 400) return response.status
  const { message, where } = JSON.parse(text) as { message?: unknown; where?: unknown }
  if (typeof message !== 'string' || message.length > 5000 || message.includes('\u001b'))
    faults.push(`no bounded sentence: ${said}: ${text.slice(0, 200)}`)
  if (where !== undefined && (typeof where !== 'string' || where.length > 300))
    faults.push(`no bounded place: ${said}`)
  return response.status
}

/** Sends all requests, some at a time. */
async function askAll(requests: Iterable<Parameters<typeof ask>>): Promise<void> {
  const iterator = requests[Symbol.iterator]()
  const worker = async () => {
    for (let next = iterator.next(); next.done !== true; next = iterator.next()) await ask(...next.value)
  }
  await Promise.all(Array.from({ length: 4 }, worker))
  expect(faults.splice(0)).toEqual([])
}

/** Returns a path with a value for each parameter. */
function concrete(url: string, values: Readonly<Record<string, string>> = {}): string {
  const usual: Record<string, string> = { version: '2', id: '1', event: '1', build: 'x-1-1', ...values }
  return url.replaceAll(/\{([^}]+)\}/g, (_, name: string) =>
    Object.hasOwn(usual, name) ? (usual[name] ?? 'x') : 'x',
  )
}

/** Returns the columns by which a list can be filtered; the response to a wrong order names them. */
async function columnsOf(list: string): Promise<string[]> {
  const { message } = (await house.request('GET', `${list}?order_by=-`)).json as { message: string }
  return message.replace(/^.*; there are /, '').split(', ')
}

test('no value in a query makes a route fail or show a path of the machine', async () => {
  const lists = ['module-builds', 'component-builds'].map((name) => `/module-build-service/2/${name}/`)
  const columns = new Map(
    await Promise.all(lists.map(async (list) => [list, await columnsOf(list)] as const)),
  )
  expect([...columns.values()].flat()).toEqual(
    expect.arrayContaining(['batch', 'module_id', 'task_id', 'stream_version']),
  )
  await askAll(
    operations
      .filter(({ method }) => method === 'GET')
      .flatMap(({ method, url, operation: { parameters = [] } }) => {
        const described = parameters.filter((one) => one.in === 'query').map(({ name }) => name)
        const names = new Set([...described, ...(columns.get(concrete(url)) ?? []), 'page', 'per_page'])
        return [...names].flatMap((name) =>
          [
            ...texts.map((text) => `${name}=${encoded(text)}`),
            `${name}=1&${name}=x`,
            `${name}[a]=1`,
            `${name}=%ff`,
            name,
          ].map((query): Parameters<typeof ask> => [method, `${concrete(url)}?${query}`]),
        )
      }),
  )
})

let count = 0
/**
 * Writes JSON with a new name for each UNIQUE: the service would refuse an existing name before it looks at the rest.
 */
const written = (value: unknown) => JSON.stringify(value).replaceAll('UNIQUE', () => `u${count++}`)

/** Returns a document as another service publishes it. */
const published = () =>
  moduleDocument(
    { a: 1 },
    '  name: p\n  stream: s\n  version: 1\n  context: c0ffee42\n  dependencies:\n  - {}\n',
  )

/** Returns valid bodies, where the schema alone is not enough to make one. */
const rightBodies = (): Record<string, unknown> => ({
  'POST /hub/tags/': {
    name: 'UNIQUE',
    arches: 'x86_64',
    permission: null,
    locked: false,
    extra: { a: 1 },
    parent: 'y',
  },
  'PATCH /hub/tags/{tag}': { arches: 'x86_64', extra: { a: { b: [1] } } },
  'PUT /hub/tags/{tag}/inheritance': {
    links: [{ parent: 'y', priority: 1, maxdepth: 1, pkg_filter: '' }],
    clear: true,
  },
  'PUT /hub/tags/{tag}/packages/{package}': { owner: 'x', extra_arches: 'x86_64', force: true },
  'PUT /hub/tags/{tag}/groups/{group}': {
    display_name: 'x',
    description: 'x',
    langonly: null,
    packages: ['UNIQUE'],
  },
  'PUT /hub/targets/{target}': { build_tag: 'x', dest_tag: 'y', create: true },
  'POST /hub/cg-reservations/': {
    content_generator: 'x',
    name: 'UNIQUE',
    version: '1',
    release: '1',
    epoch: 1,
  },
  'POST /composes/': { platform: 'test' },
  'PUT /retirements/{name}/{stream}': { eol: '2030-01-01', reason: 'x', obsoleted_by: 'x:y' },
  'POST /module-build-service/{version}/rebuilds/': {
    component: 'a',
    ref: 'main',
    streams: ['m:1'],
    plan: true,
  },
  'POST /module-build-service/{version}/rebuilds/published/': {
    modulemd: published(),
    platform: 'test',
    plan: true,
  },
  'POST /module-build-service/{version}/import-module/': {
    modulemd: published(),
    builds: [],
  },
  'POST /module-build-service/{version}/plan/': {
    ...submission,
    owner: 'x',
    scratch: true,
    rebuild_strategy: 'only-changed',
    reuse_components_from: 2,
    buildrequire_overrides: { platform: ['test'] },
    require_overrides: { platform: ['test'] },
    side_tag: 'x',
    srpms: [],
  },
  'POST /module-build-service/{version}/module-builds/': {
    modulemd: moduleDocument({ a: 1 }),
    module_name: 'x',
    module_stream: 'x',
    scratch: true,
    rebuild_strategy: 'only-changed',
  },
})

test('no value in a body makes a route fail or show a path of the machine', async () => {
  const right = rightBodies()
  const known = operations.map(({ method, url }) => `${method} ${url}`)
  expect(known).toEqual(expect.arrayContaining(Object.keys(right)))
  for (const [route, body] of Object.entries(right)) {
    const [method = '', url = ''] = route.split(' ')
    // If a valid request fails early, its hostile variants test nothing beyond that point.
    expect(await ask(method, concrete(url), written(body)), route).toBeLessThan(300)
  }
  function* requests(): Generator<Parameters<typeof ask>> {
    for (const { method, url, operation } of operations) {
      const schema = operation.requestBody?.content['application/json']?.schema
      const body = right[`${method} ${url}`] ?? (schema === undefined ? undefined : fitting(schema))
      if (body === undefined) continue
      for (const value of [body, ...spoilt(body)]) yield [method, concrete(url), written(value)]
      for (const text of [
        '{',
        '{"__proto__": {"x": 1}}',
        '{"constructor": {"prototype": 1}}',
        '['.repeat(400_000),
        `{"a":${'['.repeat(250_000)}${']'.repeat(250_000)}}`,
        '1e309',
        '{"a":1e309,"epoch":1e309}',
      ])
        yield [method, concrete(url), text]
    }
  }
  await askAll(requests())
})

test('no value in the metadata of an import makes a route fail or show a path of the machine', async () => {
  const log = 'what happened\n'
  const metadata = {
    metadata_version: 0,
    build: {
      name: 'UNIQUE',
      version: '1',
      release: '1',
      source: null,
      owner: null,
      epoch: 1,
      extra: { typeinfo: { module: {} } },
      start_time: 1,
      end_time: '2.5',
    },
    buildroots: [
      {
        id: 1,
        host: { os: 'x', arch: 'x86_64' },
        content_generator: { name: 'x', version: '1' },
        container: { type: 'none', arch: 'x86_64' },
        tools: [{ name: 'x', version: '1' }],
        components: [
          {
            type: 'rpm',
            name: 'x',
            version: '1',
            release: '1',
            epoch: null,
            arch: 'x',
            sigmd5: 'x',
            signature: null,
          },
        ],
      },
    ],
    output: [
      {
        buildroot_id: 1,
        filename: 'x.log',
        filesize: log.length,
        checksum_type: 'sha256',
        checksum: createHash('sha256').update(log).digest('hex'),
        type: 'log',
        arch: 'noarch',
        subdir: 'x',
        relpath: 'x',
      },
    ],
  }
  const request = (value: unknown): Parameters<typeof ask> => {
    const form = new FormData()
    form.append('metadata', written(value))
    form.append('x/x.log', new Blob([log]), 'x')
    return ['POST', '/hub/cg-import', form]
  }
  expect(await ask(...request(metadata))).toBe(201)
  function* requests(): Generator<Parameters<typeof ask>> {
    for (const value of spoilt(metadata)) yield request(value)
  }
  await askAll(requests())
})

/** Yields documents that would overflow a stack or a column without limits. */
function* hostileDocuments(): Generator<string> {
  yield* ['[', '{a: ', '- ', '? ', '!!map {', '&a ['].map((part) => part.repeat(100_000))
  yield Array.from({ length: 2000 }, (_, depth) => `${' '.repeat(depth)}a:\n`).join('')
  yield `a: &a [x]\n${Array.from({ length: 30 }, (_, n) => `b${n}: &b${n} [*${n === 0 ? 'a' : `b${n - 1}`}, *${n === 0 ? 'a' : `b${n - 1}`}]\n`).join('')}`
  const whole = published()
  yield whole.replace('version: 2', `version: ${'9'.repeat(400)}`)
  yield whole.replace('version: 2', 'version: -1')
  for (const name of ['__proto__', 'toString', 'constructor', incompressible, 'k'.repeat(500_000)])
    for (const part of ['name: p', 'stream: s', 'context: c0ffee42'])
      yield whole.replace(part, `${part.slice(0, part.indexOf(':'))}: ${name}`)
  for (const number of [
    '2147483648',
    '-2147483649',
    '9223372036854775807',
    '9223372036854775808',
    '1e309',
    '1.5',
  ])
    yield* [
      whole.replace('version: 1\n', `version: ${number}\n`),
      whole.replace('buildorder: 1', `buildorder: ${number}`),
    ]
  for (const name of ['__proto__', 'toString', '../../x', 'a\tb', '"\\0"', '"\\ud800"', incompressible])
    yield* [whole.replace('      a:', `      ${name}:`), whole.replace('ref: main', `ref: ${name}`)]
  yield whole.replace('  summary:', `  xmd: ${'{a: '.repeat(900)}1${'}'.repeat(900)}\n  summary:`)
  yield whole.replace('A module of the tests', 'x'.repeat(900_000))
  yield whole.replace(
    'dependencies:\n  - {}',
    `dependencies:\n${'  - {buildrequires: {platform: []}}\n'.repeat(300)}`,
  )
  const dependencies = (blocks: string) => whole.replace('dependencies:\n  - {}', `dependencies:\n${blocks}`)
  yield dependencies(`  - {buildrequires: {platform: ['1${'.'.repeat(500_000)}1', test]}}\n`)
  yield dependencies('  - {}\n'.repeat(100_000))
  yield dependencies(
    Array.from({ length: 30_000 }, (_, index) => `  - {requires: {a${index}: []}}\n`).join(''),
  )
  const contexts = Array.from({ length: 9000 }, (_, index) => `c${index}: {buildrequires: {}, requires: {}}`)
  yield whole.replace('  summary:', `  xmd: {mbs_options: {contexts: {${contexts.join(', ')}}}}\n  summary:`)
}

test('no document does', async () => {
  const at = '/module-build-service/2'
  await askAll(
    [...hostileDocuments()].flatMap((modulemd): Parameters<typeof ask>[] => [
      [
        'POST',
        `${at}/plan/`,
        JSON.stringify({ modulemd, module_name: 'p', module_stream: 's', scratch: true }),
      ],
      [
        'POST',
        `${at}/module-builds/`,
        JSON.stringify({ modulemd, module_name: 'p', module_stream: 's', scratch: true }),
      ],
      ['POST', `${at}/import-module/`, JSON.stringify({ modulemd })],
      ['POST', `${at}/rebuilds/published/`, JSON.stringify({ modulemd, platform: 'test' })],
    ]),
  )
})

// This test is the last one, because some of its requests remove objects that the others need.
test('no value in a path makes a route fail or show a path of the machine', async () => {
  await askAll(
    operations.flatMap(({ method, url, operation }) =>
      [...url.matchAll(/\{([^}]+)\}/g)].flatMap(([, name = '']) =>
        texts.map((text): Parameters<typeof ask> => {
          const body = operation.requestBody?.content['application/json']?.schema
          const fit =
            body === undefined ? undefined : written(rightBodies()[`${method} ${url}`] ?? fitting(body))
          return [method, concrete(url, { [name]: encoded(text) }), fit]
        }),
      ),
    ),
  )
  // In addition to the described paths: static files, and paths without a route.
  await askAll(
    texts.flatMap((text) =>
      ['/repos/', '/repos/x/', '/api/static/', '/', '/%'].map((place): Parameters<typeof ask> => [
        'GET',
        `${place}${encoded(text)}`,
      ]),
    ),
  )
  expect(asked).toBeGreaterThan(1000)
})
