import { afterAll, beforeAll, expect, test } from 'vitest'
import { moduleDocument } from './support/dist-git.ts'
import { ended, openHouse, type House } from './support/house.ts'

/** A build's list of actions matches the service's behaviour: each refused action is refused with the listed reason. */
interface Shown {
  id: number
  state_name: string
  actions: { name: string; allowed: boolean; reason: string | null }[]
  components: { id: number; package: string }[]
}

let house: House
const submissions: Record<string, object> = {}
const ids: Record<string, number> = {}
beforeAll(async () => {
  house = await openHouse({ script: { outcomes: { bad: ['failed', 'complete'], endless: ['endless'] } } })
  for (const name of ['a', 'bad', 'endless'])
    await house.distGit.commit(`rpms/${name}`, 'main', { [`${name}.spec`]: '' })
  for (const [module, component] of [
    ['ready', 'a'],
    ['failed', 'bad'],
    ['build', 'endless'],
  ] as const) {
    submissions[module] = await house.distGit.module(module, moduleDocument({ [component]: 1 }))
    const [{ id }] = (await house.submit(submissions[module] ?? {})).json as [{ id: number }]
    ids[module] = id
    await house.until(id, (build) => ended(build) || (module === 'build' && build.state_name === 'build'))
  }
})
afterAll(() => house.close())

const builds = '/module-build-service/2/module-builds'
const show = async (id: number) => (await house.request('GET', `${builds}/${id}?verbose=true`)).json as Shown

/** Performs an action. */
async function act(name: string, state: string, { id, components }: Shown) {
  if (name === 'cancel') return house.request('PATCH', `${builds}/${id}`, { state: 'failed' })
  if (name === 'resume') return house.submit(submissions[state] ?? {})
  const component = components.find(({ package: one }) => one !== 'module-build-macros')
  return house.request('POST', `/module-build-service/2/component-builds/${component?.id ?? 0}/retry`)
}

test.each(['ready', 'build', 'failed'])('of a build in %s', async (state) => {
  const build = await show(ids[state] ?? 0)
  expect(build.state_name).toBe(state)
  const { actions } = build
  for (const { name, reason } of actions.filter(({ name, allowed }) => !allowed && name !== 'rebuild')) {
    const { status, json } = await act(name, state, build)
    expect([name, status >= 400, (json as { message: string }).message]).toEqual([name, true, reason])
  }
  const possible = actions.filter(({ allowed }) => allowed).map(({ name }) => name)
  expect(possible).toEqual({ ready: ['rebuild'], build: ['cancel'], failed: ['resume', 'retry'] }[state])
  // An allowed action succeeds; afterwards it is no longer allowed.
  const [first = ''] = possible
  if (first === 'rebuild') return
  expect((await act(first, state, build)).status).toBeLessThan(300)
  await house.until(build.id, ended)
  expect((await show(build.id)).actions.find(({ name }) => name === first)?.allowed).toBe(false)
})
