import Fastify, { type RouteShorthandOptions } from 'fastify'
import Type from 'typebox'
import { expect, test } from 'vitest'
import { nameSchemas } from './name-schemas.ts'
import { describeApi } from './openapi.ts'

const answer = { response: { 200: Type.Object({}) } }

async function add(method: 'get' | 'post', options: RouteShorthandOptions): Promise<void> {
  const app = Fastify()
  await describeApi(app, '1')
  app[method]('/one', options, () => ({}))
  await app.close()
}

test.each([
  ['a route that does not say what it answers', 'get', {}, /GET \/one has no response schema/],
  [
    'a route that names refusals alone',
    'get',
    { schema: { response: { 404: Type.Object({}) } } },
    /GET \/one has no response schema/,
  ],
  [
    'a route that does not say what it takes',
    'post',
    { schema: answer },
    /POST \/one has no request schema and does not declare an empty request/,
  ],
] as const)('%s cannot be added', async (_, method, options, message) => {
  await expect(add(method, options)).rejects.toThrow(message)
})

test('a route that says it takes nothing, or reads its body by itself, can be', async () => {
  await add('post', { schema: answer, config: { takes: 'nothing' } })
  await add('post', { schema: answer, config: { takes: { 'text/plain': Type.String() } } })
  await add('post', { schema: { ...answer, body: Type.Object({}) } })
})

test('a name stands for one schema', () => {
  const one = { title: 'One', type: 'object', properties: { of: { title: 'Part', type: 'string' } } }
  expect(nameSchemas({ paths: { a: one, b: [one] } })).toEqual({
    paths: { a: { $ref: '#/components/schemas/One' }, b: [{ $ref: '#/components/schemas/One' }] },
    components: {
      schemas: {
        Part: { title: 'Part', type: 'string' },
        One: { title: 'One', type: 'object', properties: { of: { $ref: '#/components/schemas/Part' } } },
      },
      responses: {},
    },
  })
  const other = { title: 'One', type: 'string' }
  expect(() => nameSchemas({ paths: { a: one, b: other } })).toThrow(
    '"One" is the name of two different schemas',
  )
})
