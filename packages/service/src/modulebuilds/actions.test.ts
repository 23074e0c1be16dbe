import { describe, expect, test } from 'vitest'
import {
  actionNames,
  actionsOf,
  requireAction,
  requireOwner,
  requireRetry,
  type ActedBuild,
  type ActedComponent,
  type ActionName,
} from './actions.ts'
import { moduleStateNumbers, type ModuleState } from './states.ts'

const build: ActedBuild = {
  id: 7,
  name: 'app',
  stream: '1',
  version: '20200101000000',
  context: 'c0ffee00',
  state: 'failed',
  scratch: false,
  owner: 'ada',
  scmurl: 'https://git.example.com/modules/app?#1',
  branch: '1',
}
const built: ActedComponent = { package: 'a', state: 'complete', nvr: 'a-1-1' }
const failed: ActedComponent = { package: 'b', state: 'failed', nvr: null }
const facts = { components: [built, failed], isGivenUp: false, isStopping: false }
const running: ActedComponent = { package: 'c', state: 'building', nvr: null }

const allowed: Record<ModuleState, readonly ActionName[]> = {
  init: ['cancel'],
  wait: ['cancel'],
  build: ['cancel'],
  done: [],
  failed: ['resume', 'retry'],
  ready: ['rebuild'],
  garbage: [],
}
const exists = (state: ModuleState) =>
  `Module (state=${moduleStateNumbers[state]}) already exists. app:1:20200101000000:c0ffee00 is module build 7; only a new commit makes another.`

describe.each(Object.keys(allowed) as ModuleState[])('of a build in %s', (state) => {
  const one = { ...build, state }
  const notFailed = `Module build 7 is ${state}; only a failed one can be tried again.`
  const reasons: Record<ActionName, string> = {
    cancel: `Module build 7 is in the state ${state} and can no longer be cancelled.`,
    resume: ['wait', 'build', 'done', 'ready'].includes(state) ? exists(state) : notFailed,
    retry: notFailed,
    rebuild: `Module build 7 is ${state}; only a ready one is built again.`,
  }

  test.each(actionNames)('%s is told as it is done', (name) => {
    const action = actionsOf(one, facts).find((other) => other.name === name)
    const isAllowed = allowed[state].includes(name)
    expect(action).toMatchObject({ allowed: isAllowed, reason: isAllowed ? null : reasons[name] })
    const act = () => requireAction(name, one, facts)
    if (isAllowed) expect(act).not.toThrow()
    else expect(act).toThrow(reasons[name])
  })
})

const reasonOf = (
  name: ActionName,
  of: ActedBuild,
  components: readonly ActedComponent[] = [failed],
  isGivenUp = false,
  isStopping = false,
) => actionsOf(of, { components, isGivenUp, isStopping }).find((action) => action.name === name)?.reason

test('what still runs of a failed build keeps it from going on', () => {
  const sentence = 'module build 7 is still being stopped (c); submit it again in a moment'
  for (const name of ['resume', 'retry'] as const)
    expect(reasonOf(name, build, [built, failed, running])).toBe(sentence)
})

test('what is being given up does not go on', () => {
  const sentence = 'module build 7 is being given up; submit it again in a moment'
  for (const name of ['resume', 'retry'] as const)
    expect(reasonOf(name, build, [failed], true)).toBe(sentence)
})

test('only what failed is tried again', () => {
  expect(() => requireRetry(build, facts, built)).toThrow(
    'a is built already (a-1-1); only failed components can be retried.',
  )
  expect(() => requireRetry(build, facts, failed)).not.toThrow()
  expect(() => requireRetry({ ...build, state: 'ready' }, facts, built)).toThrow(/is ready; only a failed/)
  expect(reasonOf('retry', build, [built])).toMatch(/^All components of module build 7 are built/)
  expect(reasonOf('retry', { ...build, version: null })).toMatch(/failed before its components were known/)
})

test('scratch builds are neither resumed nor rebuilt, and documents are not rebuilt', () => {
  const scratch = { ...build, scratch: true }
  expect(reasonOf('resume', scratch)).toMatch(/is a scratch build; each submission/)
  expect(reasonOf('rebuild', { ...scratch, state: 'ready' })).toMatch(/is a scratch build/)
  expect(reasonOf('retry', scratch)).toBeNull()
  expect(reasonOf('rebuild', { ...build, state: 'ready', scmurl: null })).toBe(
    'module build 7 does not come from dist-git; submit its document',
  )
})

test('it is told who may, whoever asks', () => {
  expect(actionsOf(build, facts).map(({ name, who }) => [name, who])).toEqual([
    ['cancel', 'only ada and admins'],
    ['resume', 'users who may submit'],
    ['retry', 'only ada and admins'],
    ['rebuild', 'only admins'],
  ])
  const caller = { name: 'bob', isTrusted: false, isAdmin: false }
  expect(() => requireOwner('cancel', build, caller)).toThrow(
    "Module build 7 is ada's; only they and admins may cancel it.",
  )
  for (const other of [{ name: 'ada' }, { isTrusted: true }, { isAdmin: true }])
    expect(() => requireOwner('retry', build, { ...caller, ...other })).not.toThrow()
})
