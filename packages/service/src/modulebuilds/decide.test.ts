import { describe, expect, test } from 'vitest'
import type { KnownEffect } from '../jobs/index.ts'
import { decide, type Known, type KnownComponent } from './decide.ts'

const component = (
  id: number,
  batch: number,
  state: KnownComponent['state'] = null,
  attempt = state === null ? 0 : 1,
): KnownComponent => ({
  id,
  package: `package${id}`,
  batch,
  attempt,
  state,
  stateReason: null,
  nvr: null,
  buildTimeOnly: batch === 1,
  expectedSeconds: null,
  dependencies: null,
  missingAfter: null,
  isReused: false,
})
const done: KnownEffect = { state: 'done', error: null }
const failed = (error: string): KnownEffect => ({ state: 'failed', error })
const queued: KnownEffect = { state: 'queued', error: null }

const known = (
  changes: Partial<Omit<Known, 'effects' | 'waits'>> & {
    effects?: Record<string, KnownEffect>
    waits?: string[]
  },
): Known => ({
  id: 12,
  state: 'build',
  scratch: false,
  stateReason: null,
  batch: 1,
  dependencyOrder: false,
  cancelled: null,
  components: [],
  results: [],
  checks: ['labels', 'profiles'],
  ...changes,
  effects: new Map(Object.entries(changes.effects ?? {})),
  waits: new Set(changes.waits ?? []),
})

const keys = (facts: Known) => decide(facts).effects?.map(({ key }) => key)

describe('a module build', () => {
  test('in init is prepared, and what went wrong there fails it with that text', () => {
    expect(keys(known({ state: 'init' }))).toEqual(['prepare'])
    expect(decide(known({ state: 'init', effects: { prepare: queued } }))).toEqual({})
    expect(decide(known({ state: 'init', effects: { prepare: failed('no such ref') } })).to).toEqual({
      state: 'failed',
      reason: 'no such ref',
    })
  })

  test('in wait gets its tag first and only then its build root', () => {
    expect(keys(known({ state: 'wait' }))).toEqual(['register-tag'])
    expect(keys(known({ state: 'wait', effects: { 'register-tag': queued } }))).toBeUndefined()
    expect(keys(known({ state: 'wait', effects: { 'register-tag': done } }))).toEqual(['connect-buildroot'])
    const ready = known({
      state: 'wait',
      effects: { 'register-tag': done, 'connect-buildroot': done },
      components: [component(1, 1), component(2, 2)],
    })
    expect(decide(ready)).toEqual({ to: { state: 'build' }, batch: 1 })
  })

  test('starts the whole batch at once, and nothing of the next one', () => {
    const facts = known({
      batch: 2,
      components: [component(1, 1, 'complete'), component(2, 2), component(3, 2), component(4, 3)],
    })
    expect(decide(facts).start).toEqual([
      { id: 2, attempt: 1 },
      { id: 3, attempt: 1 },
    ])
    expect(keys(facts)).toEqual(['start:2:1', 'start:3:1'])
  })

  test('waits while a component of the batch is being built, even when another has failed', () => {
    expect(decide(known({ components: [component(1, 1, 'building'), component(2, 1, 'failed')] }))).toEqual(
      {},
    )
  })

  test('with a failed component ends, and names the component, its error and the place of its log', () => {
    const bad = { ...component(7, 2, 'failed'), stateReason: 'libfoo: x.c:1: error: no' }
    const decision = decide(
      known({ batch: 2, components: [component(1, 1, 'complete'), bad, component(8, 3)] }),
    )
    expect(decision.to).toEqual({
      state: 'failed',
      reason:
        'Component(s) package7 failed to build. libfoo: x.c:1: error: no (whole log: mbs build log 12 package7)',
    })
    expect(decision.start).toBeUndefined()
  })

  test('tags a finished batch, then regenerates the repository, then opens the next batch', () => {
    const components = [component(1, 1, 'complete'), component(2, 5)]
    expect(keys(known({ components }))).toEqual(['tag-batch:1'])
    expect(keys(known({ components, effects: { 'tag-batch:1': done } }))).toEqual(['regenerate:1'])
    const effects = { 'tag-batch:1': done, 'regenerate:1': done }
    expect(decide(known({ components, effects, waits: ['regenerate:1'] }))).toEqual({})
    expect(decide(known({ components, effects }))).toEqual({ batch: 5 })
  })

  test('makes no repository after the last batch, but the final document', () => {
    const facts = { components: [component(1, 1, 'complete')], effects: { 'tag-batch:1': done } }
    expect(keys(known(facts))).toEqual(['finalize'])
    expect(decide(known({ ...facts, effects: { ...facts.effects, finalize: done } })).to).toEqual({
      state: 'done',
    })
  })

  test('without components goes straight to its final document', () => {
    expect(keys(known({ batch: 0 }))).toEqual(['finalize'])
  })

  test('in done runs every check, and becomes ready once all have passed and it is tagged', () => {
    expect(keys(known({ state: 'done' }))).toEqual(['check:labels', 'check:profiles'])
    const effects = { 'check:labels': done, 'check:profiles': done }
    expect(decide(known({ state: 'done', effects: { ...effects, 'check:profiles': queued } }))).toEqual({})
    const passed = ['labels', 'profiles'].map((testcase) => ({
      testcase,
      outcome: 'passed' as const,
      detail: '',
    }))
    expect(keys(known({ state: 'done', effects, results: passed }))).toEqual(['tag-module'])
    const tagged = { ...effects, 'tag-module': done }
    expect(decide(known({ state: 'done', effects: tagged, results: passed })).to?.state).toBe('ready')
    const untagged = { ...effects, 'tag-module': failed('the hub is away') }
    expect(decide(known({ state: 'done', effects: untagged, results: passed })).to).toEqual({
      state: 'done',
      reason: 'it could not be tagged: the hub is away',
    })
  })

  test('stays in done when a check fails, says why, and says it once', () => {
    const facts = {
      state: 'done' as const,
      effects: { 'check:labels': done, 'check:profiles': done },
      results: [
        { testcase: 'labels', outcome: 'failed' as const, detail: 'a has no label' },
        { testcase: 'profiles', outcome: 'passed' as const, detail: '' },
      ],
    }
    const reason = 'Gating failed: labels: a has no label'
    expect(decide(known(facts)).to).toEqual({ state: 'done', reason })
    expect(decide(known({ ...facts, stateReason: reason }))).toEqual({})
  })

  test('stays in done when a check could not be run, and says why', () => {
    const effects = { 'check:labels': failed('no room'), 'check:profiles': done }
    const results = [{ testcase: 'profiles', outcome: 'passed' as const, detail: '' }]
    const reason = 'Gating failed: labels could not be run: no room'
    expect(decide(known({ state: 'done', effects, results })).to).toEqual({ state: 'done', reason })
  })

  test('without a result for a check that was done does not become ready', () => {
    const effects = { 'check:labels': done, 'check:profiles': done }
    expect(decide(known({ state: 'done', effects })).to?.state).toBe('done')
  })

  test('that is cancelled fails with who and why, from every state in which something runs', () => {
    const cancelled = { by: 'ada', reason: 'wrong branch' }
    for (const state of ['init', 'wait', 'build'] as const)
      expect(decide(known({ state, cancelled })).to).toEqual({
        state: 'failed',
        reason: 'Canceled by ada. wrong branch',
      })
    expect(decide(known({ state: 'ready', cancelled }))).toEqual({})
  })

  test('that has failed stops what still runs, and what is just being started', () => {
    const components = [
      component(1, 1, 'building'),
      component(2, 1, 'building'),
      component(3, 1, 'complete'),
      component(4, 2),
    ]
    const effects = { 'start:1:1': done, 'start:2:1': queued }
    expect(keys(known({ state: 'failed', components, effects }))).toEqual(['cancel:1:1', 'cancel:2:1'])
    expect(
      decide(
        known({
          state: 'failed',
          components,
          effects: { ...effects, 'cancel:1:1': queued, 'cancel:2:1': done },
        }),
      ),
    ).toEqual({})
  })

  test('collects what has ended, beside whatever else there is to do, and stops what cannot be collected', () => {
    const components = [component(1, 1, 'building'), component(2, 1, 'building'), component(3, 1)]
    const started = { 'start:1:1': done, 'start:2:1': done }
    const waits = ['component:2:1']
    const decision = decide(known({ components, effects: started, waits }))
    expect(decision.effects?.map(({ key }) => key)).toEqual(['collect:1:1', 'start:3:1'])
    expect(decision.start).toEqual([{ id: 3, attempt: 1 }])
    const two = components.slice(0, 2)
    expect(decide(known({ components: two, effects: { ...started, 'collect:1:1': queued }, waits }))).toEqual(
      {},
    )
    const effects = { ...started, 'collect:1:1': failed('a: its release has no dist tag') }
    // An operator may have given the effect up. If the component is built, its result counts all the same.
    expect(keys(known({ components: two, effects, waits }))).toEqual(['cancel:1:1'])
  })

  test('stops an attempt that could not be started: it may have been, and what it has built by then counts', () => {
    const components = [component(1, 1, 'building'), component(2, 1, 'building')]
    const effects = { 'start:1:1': failed('Given up by ada.'), 'start:2:1': done }
    const waits = ['component:2:1']
    expect(decide(known({ components, effects, waits }))).toEqual({
      effects: [{ key: 'cancel:1:1', kind: 'cancel-component', payload: { component: 1, attempt: 1 } }],
    })
    expect(decide(known({ components, waits, effects: { ...effects, 'cancel:1:1': queued } }))).toEqual({})
    expect(
      decide(known({ components, waits, effects: { ...effects, 'cancel:1:1': failed('no farm') } })),
    ).toEqual({
      failed: [{ id: 1, reason: 'Given up by ada.; it could not be stopped: no farm' }],
    })
  })

  test('gives up an attempt that could not be stopped', () => {
    const components = [component(1, 2, 'building')]
    const effects = { 'cancel:1:1': failed('the farm is away (after 10 attempts)') }
    expect(decide(known({ state: 'failed', components, effects }))).toEqual({
      failed: [{ id: 1, reason: 'it could not be stopped: the farm is away (after 10 attempts)' }],
    })
  })

  test('that a bug has stopped decides nothing', () => {
    expect(
      decide(known({ state: 'wait', effects: { 'register-tag': { state: 'parked', error: 'bug' } } })),
    ).toEqual({})
  })
})

describe('a batch', () => {
  test('begins with what takes longest, and with what nobody knows of before that', () => {
    const components = [
      { ...component(1, 2), expectedSeconds: 10 },
      { ...component(2, 2), expectedSeconds: 300 },
      { ...component(3, 2), expectedSeconds: null },
      { ...component(4, 2), expectedSeconds: 300 },
    ]
    expect(decide(known({ batch: 2, components })).start?.map(({ id }) => id)).toEqual([3, 2, 4, 1])
  })

  test('takes over what is reused, and starts the rest after that', () => {
    const components = [component(1, 1, 'complete'), { ...component(2, 2), isReused: true }, component(3, 2)]
    expect(decide(known({ batch: 2, components }))).toEqual({ reuse: [2] })
  })
})

describe('a module of which all is reused', () => {
  const components = [2, 3].map((batch) => ({ ...component(batch, batch), isReused: true }))

  test('needs a tag and no build root, and is tagged at once', () => {
    const effects = { 'register-tag': done }
    expect(decide(known({ state: 'wait', components, effects }))).toEqual({
      to: { state: 'build' },
      batch: 3,
      reuse: [2, 3],
    })
    const built = components.map((one) => ({ ...one, state: 'complete' as const }))
    expect(decide(known({ batch: 3, components: built, effects })).effects).toEqual([
      { key: 'tag-batch:3', kind: 'tag-batch', payload: { batch: 3 } },
    ])
  })
})

test('a scratch build has ended once it is done', () => {
  expect(decide(known({ state: 'done', scratch: true }))).toEqual({})
})

describe('a batch whose order is by dependencies', () => {
  const needing = (id: number, buildRequires: string[], state: KnownComponent['state'] = null) => ({
    ...component(id, 2, state),
    dependencies: { buildRequires, requires: [], provides: [`package${id}`] },
  })
  const facts = (
    components: KnownComponent[],
    effects: Record<string, KnownEffect> = {},
    waits: string[] = [],
  ) =>
    known({
      batch: 2,
      dependencyOrder: true,
      components: [component(1, 1, 'complete'), ...components],
      effects,
      waits,
    })
  const surveyed = {
    'survey:2:0': done,
    'survey:3:0': done,
    'survey:2:1': done,
    'survey:3:1': done,
  }

  test('is looked at before anything of it begins, unless it is one component', () => {
    expect(keys(facts([component(2, 2), component(3, 2)]))).toEqual(['survey:2:0', 'survey:3:0'])
    expect(
      decide(facts([component(2, 2), component(3, 2)], { 'survey:2:0': done, 'survey:3:0': queued })),
    ).toEqual({})
    expect(keys(facts([component(2, 2)]))).toEqual(['start:2:1'])
  })

  test('begins with what needs nothing', () => {
    expect(keys(facts([needing(2, ['package3']), needing(3, [])], surveyed))).toEqual(['start:3:1'])
  })

  test('fails what a survey could not read, and begins nothing that may need it', () => {
    const unread = { ...surveyed, 'survey:3:0': failed('no spec') }
    const components = [needing(2, []), component(3, 2)]
    expect(decide(facts(components, unread))).toEqual({ failed: [{ id: 3, reason: 'no spec' }] })
    const broken = { ...component(3, 2, 'failed'), stateReason: 'no spec' }
    expect(decide(facts([needing(2, []), broken], unread)).to?.reason).toContain('no spec')
  })

  test('puts what is needed into the build root first: tag, repository, and what waits for it', () => {
    const components = [needing(2, ['package3']), needing(3, [], 'complete')]
    expect(keys(facts(components, surveyed))).toEqual(['offer:3'])
    expect(decide(facts(components, { ...surveyed, 'offer:3': queued }))).toEqual({})
    const offered = { ...surveyed, 'offer:3': done }
    expect(keys(facts(components, offered))).toEqual(['regenerate:2:3'])
    const regenerated = { ...offered, 'regenerate:2:3': done }
    expect(decide(facts(components, regenerated, ['regenerate:2:3']))).toEqual({})
    expect(keys(facts(components, regenerated))).toEqual(['start:2:1'])
    expect(decide(facts(components, { ...surveyed, 'offer:3': failed('no tag') })).to).toEqual({
      state: 'failed',
      reason: 'no tag',
    })
  })

  test('fails with what failed, not with what was waiting for it', () => {
    const broken = { ...needing(3, [], 'failed'), stateReason: 'it broke' }
    expect(decide(facts([needing(2, ['package3']), broken], surveyed)).to?.reason).toBe(
      'Component(s) package3 failed to build. it broke (whole log: mbs build log 12 package3)',
    )
  })
})
