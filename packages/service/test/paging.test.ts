import { readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { moduleDocument } from './support/dist-git.ts'
import { openHouse, type House } from './support/house.ts'

/** All lists without a natural bound have one form, and their pages together are the whole list. */
interface List {
  meta: {
    page: number
    pages: number
    per_page: number
    total: number
    prev: string | null
    next: string | null
  }
  items: unknown[]
}

const { paths } = JSON.parse(
  readFileSync(path.join(import.meta.dirname, '../../client/openapi.json'), 'utf8'),
) as { paths: Record<string, { get?: unknown }> }
const lists = Object.entries(paths)
  .filter(([, { get }]) => JSON.stringify(get ?? '').includes('#/components/schemas/ListMeta'))
  .map(([template]) => template)

let house: House
let tag: string
beforeAll(async () => {
  house = await openHouse({ script: { outcomes: { bad: ['failed'] } } })
  for (const name of ['a', 'b', 'bad'])
    await house.distGit.commit(`rpms/${name}`, 'main', { [`${name}.spec`]: '' })
  const built = await house.build(await house.distGit.module('app', moduleDocument({ a: 1, b: 2 })))
  await house.build(await house.distGit.module('broken', moduleDocument({ bad: 1 })))
  tag = built.koji_tag ?? ''
  for (const stream of ['1', '2']) {
    await house.request('POST', '/composes/', { platform: 'test' })
    await house.request('PUT', `/retirements/old/${stream}`, { eol: '2020-01-01', reason: 'old' })
  }
})
afterAll(() => house.close())

const get = async (route: string) => (await house.request('GET', route)).json as List

/** Returns the pages of a list, by following their links. */
async function pagesFrom(route: string): Promise<List[]> {
  const page = await get(route)
  if (page.meta.next === null) return [page]
  const { pathname, search } = new URL(page.meta.next)
  return [page, ...(await pagesFrom(`${pathname}${search}`))]
}

test('these lists have pages', () => {
  expect(lists.sort()).toEqual([
    '/composes/',
    '/effects/',
    '/hub/builds/',
    '/hub/tags/',
    '/hub/tags/{tag}/builds',
    '/hub/tags/{tag}/history',
    '/hub/tags/{tag}/packages',
    '/hub/tags/{tag}/rpms',
    '/hub/targets/',
    '/module-build-service/{version}/component-builds/',
    '/module-build-service/{version}/component-builds/{id}/messages',
    '/module-build-service/{version}/module-builds/',
    '/module-build-service/{version}/module-builds/{id}/messages',
    '/retirements/',
  ])
})

test.each(lists.filter((template) => !template.endsWith('/messages')))(
  'the pages of %s are all of it',
  async (template) => {
    const route = template.replace('{version}', '2').replace('{tag}', encodeURIComponent(tag))
    const query = route === '/effects/' ? 'state=done&state=queued&' : ''
    const whole = await get(`${route}?${query}per_page=100`)
    expect(whole.meta).toMatchObject({
      page: 1,
      pages: whole.items.length === 0 ? 0 : 1,
      per_page: 100,
      next: null,
    })
    expect(whole.items).toHaveLength(whole.meta.total)
    // The fake builder makes no packages.
    if (!route.endsWith('/rpms')) expect(whole.items.length).toBeGreaterThan(1)
    const pages = await pagesFrom(`${route}?${query}per_page=1`)
    expect(pages.flatMap(({ items }) => items)).toEqual(whole.items)
    expect(pages.map(({ meta }) => meta.page)).toEqual(pages.map((_, index) => index + 1))
    expect(pages.at(-1)?.meta.total).toBe(whole.meta.total)
  },
)

test('a page of a list of ours is a number from 1 on', async () => {
  for (const query of ['page=0', 'page=x', 'per_page=0', 'per_page=99999999999999999999'])
    expect((await house.request('GET', `/hub/tags/?${query}`)).status).toBe(400)
})
