import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import openapiTypescript, { astToString } from 'openapi-typescript'
import { format, resolveConfig } from 'prettier'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openHouse, type House } from './support/house.ts'

/** The API's description, and the client that is generated from it. `UPDATE_OPENAPI=1` writes both again. */
const client = path.join(import.meta.dirname, '../../client')
const update = process.env['UPDATE_OPENAPI'] !== undefined

interface Operation {
  security?: unknown[]
  requestBody?: unknown
  responses: Record<string, { $ref?: string; content?: Record<string, { schema?: object }> }>
}

interface Description {
  openapi: string
  paths: Record<string, Record<string, Operation>>
}

/** Requests whose path is complete without a body. */
const takeNothing = [
  'POST /effects/{id}/retry',
  'POST /hub/keys/',
  'POST /module-build-service/{version}/component-builds/{id}/retry',
  'PUT /hub/build-types/{type}',
  'PUT /hub/content-generators/{generator}/users/{user}',
  'PUT /hub/users/{user}',
  'PUT /hub/users/{user}/permissions/{permission}',
]

let house: House
const routes: string[] = []
let description: Description
beforeAll(async () => {
  house = await openHouse({ onRoute: (method, url) => routes.push(`${method} ${url}`) })
  description = (await house.request('GET', '/openapi.json')).json as Description
})
afterAll(() => house.close())

const operations = () =>
  Object.entries(description.paths).flatMap(([url, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ url, method: method.toUpperCase(), operation })),
  )

async function sameAs(file: string, text: string): Promise<void> {
  const place = path.join(client, file)
  const formatted = await format(text, { ...(await resolveConfig(place)), filepath: place })
  if (update) await writeFile(place, formatted)
  expect(formatted, 'run it with UPDATE_OPENAPI=1').toBe(await readFile(place, 'utf8'))
}

describe('the description', () => {
  test('has every route and no other', () => {
    const described = operations().map(({ method, url }) => `${method} ${url}`)
    const own = routes.filter((route) => !/^HEAD| (?:\/repos\/|\/api|\/openapi\.json)/.test(route))
    expect(described.sort()).toEqual(
      [...new Set(own.map((route) => route.replace(/:([A-Za-z_]+)/g, '{$1}').replace('*', '{*}')))].sort(),
    )
    expect(described.length).toBeGreaterThan(50)
  })

  test('says of every route what it answers, how it refuses, and what it takes', () => {
    for (const { method, url, operation } of operations()) {
      const name = `${method} ${url}`
      const answers = Object.entries(operation.responses).filter(([status]) => status.startsWith('2'))
      expect(answers.length, name).toBeGreaterThan(0)
      for (const [status, { content }] of answers)
        if (status === '204') expect(content, name).toBeUndefined()
        else expect(Object.values(content ?? {})[0]?.schema, name).toBeDefined()
      for (const refusal of ['400', '403', '500', ...(url.includes('{') ? ['404'] : [])])
        expect(operation.responses[refusal]?.$ref, `${name} ${refusal}`).toMatch(/^#.components.responses/)
    }
    const bodiless = operations().filter(
      ({ method, operation }) =>
        ['POST', 'PUT', 'PATCH'].includes(method) && operation.requestBody === undefined,
    )
    expect(bodiless.map(({ method, url }) => `${method} ${url}`).sort()).toEqual(takeNothing)
  })

  test('is what the client is made from', async () => {
    await sameAs('openapi.json', JSON.stringify(description))
    const file = new URL(`file://${path.join(client, 'openapi.json')}`)
    await sameAs('src/schema.ts', astToString(await openapiTypescript(file)))
  })

  test('is a page too', async () => {
    expect((await house.request('GET', '/api/')).text).toContain('swagger-ui')
  })
})

describe('nobody who may not', () => {
  const digest = '0'.repeat(64)
  let guarded: House
  beforeAll(async () => {
    guarded = await openHouse({
      config: {
        'auth.tokens': {
          somebody: 'f52fbd32b2b3b86ff88ef6c490628285f482af15ddcb29541f94bcf526a3f6c7',
          other: digest,
        },
        'auth.allowedGroups': ['packagers'],
      },
    })
  })
  afterAll(() => guarded.close())
  const changing = () => operations().filter(({ method }) => method !== 'GET')
  const ask = async (method: string, url: string, headers: Record<string, string>) => {
    const concrete = url
      .replace('{version}', '2')
      .replaceAll(/\{id\}/g, '1')
      .replaceAll(/\{[^}]+\}/g, 'x')
    return guarded.ask(concrete, { method, headers })
  }

  test('changes anything, of all routes that change something', async () => {
    expect(changing().length).toBeGreaterThan(20)
    for (const { method, url, operation } of changing()) {
      expect(operation.security, `${method} ${url}`).toEqual([{ bearer: [] }])
      const anonymous = await ask(method, url, {})
      expect([anonymous.status, `${method} ${url}`]).toEqual([401, `${method} ${url}`])
      const wrong = await ask(method, url, { authorization: 'Bearer nobody' })
      expect([wrong.status, `${method} ${url}`]).toEqual([401, `${method} ${url}`])
    }
  })

  test('who is known, but in no group that may', async () => {
    for (const { method, url } of changing().filter(
      (one) => !one.url.startsWith('/hub/') || one.url === '/hub/keys/',
    )) {
      const foreign = await ask(method, url, { authorization: 'Bearer hunter2' })
      expect([foreign.status, `${method} ${url}`]).toEqual([403, `${method} ${url}`])
    }
  })
})
