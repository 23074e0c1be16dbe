import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { connect } from '../src/database/index.ts'
import { faultsOfAnswer } from './support/description.ts'
import { openHouse } from './support/house.ts'

/** The check that the tests apply to each response finds the faults of a response. */
const builds = '/module-build-service/2/module-builds'
const json = (status: number, body: unknown) => ({
  status,
  contentType: 'application/json; charset=utf-8',
  text: JSON.stringify(body),
})
const refusal = { status: 404, error: 'Not Found', message: 'There is no module build 7.' }
const short = {
  id: 7,
  state: 5,
  state_name: 'ready',
  name: 'app',
  stream: '1',
  version: '1',
  context: 'c0ffee00',
  scratch: false,
}

test.each([
  ['a refusal', 'GET', `${builds}/7`, json(404, refusal)],
  ['one of several forms', 'GET', `${builds}/7?short=true`, json(200, short)],
  ['a refusal of what nobody serves', 'DELETE', `${builds}/7`, json(404, refusal)],
  ['what is no part of the description', 'GET', '/openapi.json', json(200, { openapi: '3.1.0' })],
  ['an answer without a body', 'DELETE', '/retirements/a/1', { status: 204, contentType: null, text: '' }],
  [
    'text',
    'GET',
    '/module-build-service/2/component-builds/1/logs/build',
    { status: 200, contentType: 'text/plain', text: 'log' },
  ],
  [
    'a fixed path before a variable one',
    'GET',
    '/hub/events/last',
    json(200, { id: 1, at: '2020-01-01T00:00:00.000Z', user: 'ada' }),
  ],
] as const)('%s is as it is described', (_, method, route, answer) => {
  expect(faultsOfAnswer(method, route, answer)).toEqual([])
})

test.each([
  ['a status', 'GET', `${builds}/7`, json(409, { ...refusal, status: 409 }), /answered 409, which is not/],
  ['a refusal in another form', 'GET', `${builds}/7`, json(404, { error: 'gone' }), /message/],
  ['a value of another type', 'GET', `${builds}/7`, json(200, { ...short, id: '7' }), /\/id|anyOf/],
  ['a key that is missing', 'GET', `${builds}/7`, json(200, { ...short, name: undefined }), /name|anyOf/],
  [
    'a key that nobody described',
    'GET',
    `${builds}/7`,
    json(200, { ...short, colour: 'red' }),
    /anyOf|colour/,
  ],
  [
    'such a key deep inside',
    'GET',
    '/hub/targets/',
    json(200, { items: [{ id: 1, extra: 1 }] }),
    /\/items\/0/,
  ],
  [
    'another kind of answer',
    'GET',
    '/healthz',
    { status: 200, contentType: 'text/html', text: '' },
    /"text\/html"/,
  ],
  [
    'a body where there is none',
    'DELETE',
    '/retirements/a/1',
    { status: 204, contentType: null, text: 'done' },
    /with a body/,
  ],
  ['what nobody serves', 'GET', '/nothing', json(200, {}), /answered 200/],
] as const)('%s is told', (_, method, route, answer, fault) => {
  expect(faultsOfAnswer(method, route, answer).join('; ')).toMatch(fault)
})

test('a test that gets an answer in another form fails', async () => {
  const house = await openHouse()
  const database = connect(house.database.url, { mayAlwaysWrite: true })
  try {
    expect((await house.request('GET', builds)).status).toBe(200)
    await sql`update module_builds set buildrequires = '{"platform": {"colour": "red"}}'`.execute(database)
    await expect(house.request('GET', builds)).rejects.toThrow(
      /against the description of the API: GET .*module-builds.* answered 200: /,
    )
  } finally {
    await database.destroy()
    await house.close()
  }
})
