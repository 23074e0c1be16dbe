import pg from 'pg'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { connect } from '../src/database/index.ts'
import { isNamed } from '../src/database/prepared.ts'
import { openHouse, type House } from './support/house.ts'
import { lists } from './support/list-queries.ts'
import { filledTables, recordManyBuilds } from './support/many-builds.ts'

/** Looks at the plans of PostgreSQL: no filter and no order of a list may read the whole table. */
let house: House
let client: pg.Client
beforeAll(async () => {
  house = await openHouse()
  const database = connect(house.database.url)
  await recordManyBuilds(database, 20_000, 3)
  await database.destroy()
  client = new pg.Client({ connectionString: house.database.url })
  await client.connect()
  await client.query(`vacuum analyze ${filledTables.join(', ')}`)
})
afterAll(async () => {
  await client.end()
  await house.close()
})

const wholeTable = /Seq Scan on (?:module_builds|component_builds).*/

/** The counts that were looked at. The service keeps a slow count for a second, so not each request has one. */
const counts = new Set<string>()

/** Every row of these tests is so, and a count of every row reads them all. */
const isCountOfAll = (route: string, text: string) =>
  route.endsWith('?tagged_in_final=true') && text.includes('count(*)')

/** Returns the statements of a request that read a whole table, each with that line of its plan. */
async function wholeReads(route: string): Promise<string[]> {
  const query = vi.spyOn(pg.Client.prototype, 'query')
  const { status, text } = await house.request('GET', `/module-build-service/2/${route}`)
  const calls = query.mock.calls.map(statementOf)
  query.mockRestore()
  expect([status, text]).toEqual([200, expect.anything()])
  const found = []
  const reads = calls.filter((one) => /\bselect\b.*_builds"? b/s.test(one.text))
  expect([route, reads.length]).not.toEqual([route, 0])
  for (const { text } of reads) if (text.includes('count(*)')) counts.add(text)
  for (const { text, values } of reads.filter((one) => !isCountOfAll(route, one.text))) {
    const plan = await planOf(text, values)
    const general = isNamed(text, values) ? await planForAllValues(text, values) : []
    const whole = [...plan, ...general].filter((line) => wholeTable.test(line))
    found.push(...whole.map((line) => `${route}: ${text.slice(0, 40)}…: ${line.trim()}`))
  }
  return found
}

interface Statement {
  text: string
  values: unknown[]
}

function statementOf(call: unknown[]): Statement {
  const [first, values = []] = call as [string | Statement, unknown[]?]
  return typeof first === 'string' ? { text: first, values } : first
}

async function planOf(text: string, values: unknown[]): Promise<string[]> {
  const { rows } = await client.query<{ 'QUERY PLAN': string }>(`explain ${text}`, values)
  return rows.map((row) => row['QUERY PLAN'])
}

/** Returns the plan that the server may use for all values of a prepared statement. */
async function planForAllValues(text: string, values: unknown[]): Promise<string[]> {
  const literals = values.map((value) => client.escapeLiteral(String(value)))
  await client.query('set plan_cache_mode = force_generic_plan')
  await client.query(`prepare general as ${text}`)
  const plan = await planOf(`execute general${literals.length > 0 ? `(${literals.join(', ')})` : ''}`, [])
  await client.query('deallocate general; reset plan_cache_mode')
  return plan
}

test.each(lists)(
  'no filter and no order of $list reads the whole table',
  async ({ list, columns, queries }) => {
    const found = []
    counts.clear()
    for (const query of queries) found.push(...(await wholeReads(`${list}/?${query}`)))
    expect(found).toEqual([])
    expect(counts.size).toBeGreaterThan(Object.keys(columns.text).length)
  },
)
