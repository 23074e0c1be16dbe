import type { MemoryStore } from '../artifacts/index.ts'
import type { Message } from '../bus/index.ts'
import { auditViolations } from './audit.ts'
import type { Connections } from './connections.ts'
import type { Farm } from './farm.ts'

/** The end of a run, without the details in which two equivalent runs may differ. */
export interface End {
  violations: string[]
  builds: BuildEnd[]
  /** `kind state` of every effect. */
  effects: string[]
}

export interface BuildEnd {
  id: number
  nsvc: string
  state: string
  reason: string | null
  tag: string | null
  /** All its states, in order. */
  trace: string[]
  components: {
    package: string
    state: string | null
    nvr: string | null
    reused: boolean
    successes: number
  }[]
  /** Its builds in its own tag, its build tag and the candidate tags. */
  tagged: string[]
  results: string[]
  /** All states of the build and its components that the bus received, in order, without repetitions. */
  told: string[]
}

/**
 * Condition of a build that has not ended: a process must be working on it, or a row must give the reason for waiting.
 */
const unfinished = `(b.state in ('init', 'wait', 'build') or (b.state = 'done' and b.state_reason is null)
  or (b.state = 'failed' and exists (select from component_builds c where c.module_build_id = b.id and c.state = 'building')))`

/**
 * The states that may follow, from `wait` on. `done` appears again, with a reason, when checks hold the build there.
 */
const fromWait = ',wait(?:,build(?:(?:,done)+(?:,ready)?)?)?'

/** All allowed sequences of states; a failed build that is submitted again goes on. */
const statesInOrder = new RegExp(`^init(?:${fromWait})?(?:,failed(?:${fromWait})?)*$`)

/**
 * Returns the builds that no process would look at again, the effects that no process will perform, and the number of
 * rows that have not ended.
 */
export async function waitsForNothing(
  connections: Connections,
): Promise<{ idle: string[]; open: number; parked: number[]; cancelled: number[] }> {
  const [row] = await connections.ask<{
    idle: string[] | null
    lost: string[] | null
    open: number
    parked: string[] | null
    cancelled: number[] | null
  }>(`
    select
      (select array_agg(b.id || ' in ' || b.state) from module_builds b
        where ${unfinished}
          and not exists (select from seeded_jobs j where j.key = 'module-build:' || b.id)
          and not exists (select from waits w where w.subject = 'module-build:' || b.id)
          and not exists (select from effects e
                            where e.subject = 'module-build:' || b.id and e.state in ('queued', 'parked'))
      ) as idle,
      (select array_agg(id order by id) from effects where state = 'parked') as parked,
      (select array_agg(id) from module_builds
        where cancelled_by is not null and state in ('init', 'wait', 'build')) as cancelled,
      (select array_agg(e.kind || ' of ' || e.subject) from effects e
        where e.state = 'queued'
          and not exists (select from seeded_jobs j where (j.data->>'effect')::bigint = e.id)
          and not exists (select from waits w where w.subject = e.subject and w.key = 'effect:' || e.id)) as lost,
      ((select count(*) from module_builds b where ${unfinished})
        + (select count(*) from seeded_jobs) + (select count(*) from waits)
        + (select count(*) from effects where state in ('queued', 'parked'))
        + (select count(*) from messages where published_at is null))::int as open`)
  return {
    idle: [
      ...(row?.idle ?? []).map((build) => `module build ${build} waits for nothing`),
      ...(row?.lost ?? []).map((effect) => `nobody will do the effect ${effect}`),
    ],
    open: row?.open ?? 0,
    parked: (row?.parked ?? []).map(Number),
    cancelled: row?.cancelled ?? [],
  }
}

/** Returns the artifacts that a build refers to and that the store lacks. The collector must never cause one. */
export async function goneArtifacts(connections: Connections, store: MemoryStore): Promise<string[]> {
  const rows = await connections.ask<{ sha256: string }>(`
    select sha256 from hub_rpms union select sha256 from hub_archives union select sha256 from hub_logs
    union select record_sha256 from hub_buildroots
    union select metadata_sha256 from hub_builds where metadata_sha256 is not null`)
  return rows
    .filter(({ sha256 }) => !store.contents.has(sha256))
    .map(({ sha256 }) => `the artifact ${sha256} is referred to and has gone`)
}

/** Checks all invariants when a run is over. */
export async function endOf(
  connections: Connections,
  farm: Farm,
  delivered: readonly Message[],
  keepsJobs: boolean,
): Promise<End> {
  const rows = await connections.ask<BuildRow>(`
    select b.id, b.name, b.stream, b.version, b.context, b.state, b.state_reason, b.koji_tag, b.cancelled_by,
      (select coalesce(jsonb_agg(jsonb_build_object('revision', t.revision, 'state', t.state) order by t.revision), '[]')
         from module_build_trace t where t.module_build_id = b.id) as trace,
      (select coalesce(jsonb_agg(jsonb_build_object('id', c.id, 'package', c.package, 'state', c.state, 'nvr', c.nvr,
                'reason', c.state_reason, 'reused', c.reused_component_id is not null) order by c.batch, c.package), '[]')
         from component_builds c where c.module_build_id = b.id) as components,
      (select coalesce(jsonb_agg(t.name || ' ' || p.name || '-' || hb.version || '-' || hb.release), '[]')
         from hub_tagged_builds tb join hub_tags t on t.id = tb.tag_id join hub_builds hb on hb.id = tb.build_id
         join hub_packages p on p.id = hb.package_id
         left join hub_build_typeinfos i on i.build_id = hb.id and i.type = 'module'
        where tb.revoke_event is null and (t.name in (b.koji_tag, b.koji_tag || '-build')
           or (i.typeinfo->>'module_build_service_id')::int = b.id)) as tagged,
      (select coalesce(jsonb_agg(r.testcase || ' ' || r.outcome), '[]')
         from test_results r where r.module_build_id = b.id) as results
    from module_builds b where not b.is_configured order by b.name, b.id`)
  const leftovers = await connections.ask<{ what: string }>(`
    select 'parked effect ' || kind || ' of ' || subject || ': ' || coalesce(error, '') as what from effects where state = 'parked'
    union all select 'effect still queued: ' || kind || ' of ' || subject from effects where state = 'queued'
    union all select 'wait ' || key || ' of ' || subject from waits
    union all select 'job ' || name || ' ' || data from seeded_jobs
    union all select 'unpublished message of ' || subject from messages where published_at is null
    union all select 'tag given twice: ' || koji_tag from module_builds where koji_tag is not null group by koji_tag having count(*) > 1
    union all select 'not failed twice: ' || name || ':' || stream || ':' || version || ':' || context from module_builds
      where state not in ('failed', 'garbage') and version is not null
      group by name, stream, version, context having count(*) > 1`)
  // An attempt that was given up during its start may run, or may begin late. It must be stopped, unless an operator
  // has also given up stopping it.
  const attempts = await connections.ask<{ id: number; failed: boolean; abandoned: boolean }>(`
    select s.id, s.state = 'failed' as failed,
        exists (select from effects c where c.subject = s.subject and c.kind = 'cancel-component'
                  and c.state = 'failed' and c.payload = s.payload) as abandoned
      from effects s where s.kind = 'start-component' order by s.id`)
  const abandoned = new Set(attempts.filter((one) => one.abandoned).map(({ id }) => id))
  const effects = await connections.ask<{ effect: string }>(
    "select distinct kind || ' ' || state as effect from effects",
  )
  const messages = firstDeliveries(delivered)
  const builds = rows.map((row) => buildEnd(row, farm, messages))
  return {
    builds,
    effects: effects.map(({ effect }) => effect),
    violations: [
      ...leftovers.map(({ what }) => what),
      ...(await auditViolations(connections, keepsJobs)),
      ...attempts
        .filter(({ id, failed }) => failed && !abandoned.has(id) && !farm.cancelAsked.has(id))
        .map(({ id }) => `nobody has stopped the attempt ${id}, which could not be started`),
      ...rows.flatMap((row) => violationsOf(row, farm, messages, abandoned)),
    ],
  }
}

interface BuildRow {
  id: number
  name: string
  stream: string
  version: string | null
  context: string | null
  state: string
  state_reason: string | null
  koji_tag: string | null
  cancelled_by: string | null
  trace: { revision: number; state: string }[]
  components: {
    id: number
    package: string
    state: string | null
    nvr: string | null
    reason: string | null
    reused: boolean
  }[]
  tagged: string[]
  results: string[]
}

function firstDeliveries(delivered: readonly Message[]): Message[] {
  return [...new Map(delivered.map((message) => [message.uuid, message])).values()]
}

function buildEnd(row: BuildRow, farm: Farm, messages: readonly Message[]): BuildEnd {
  return {
    id: row.id,
    nsvc: [row.name, row.stream, row.version, row.context].join(':'),
    state: row.state,
    reason: row.state_reason,
    tag: row.koji_tag,
    trace: row.trace.map(({ state }) => state),
    components: row.components.map(({ package: name, state, nvr, reused }) => ({
      package: name,
      state,
      nvr,
      reused,
      successes: row.koji_tag === null ? 0 : farm.successes(row.koji_tag, name).length,
    })),
    tagged: row.tagged.toSorted(),
    results: row.results.toSorted(),
    told: messages.flatMap(({ topic, body }) => {
      if (topic === 'module.state.change' && body['id'] === row.id) return [String(body['state_name'])]
      return topic === 'component.state.change' && body['module_build'] === row.id
        ? [`${String(body['package'])} ${String(body['state_name'])}`]
        : []
    }),
  }
}

function violationsOf(
  row: BuildRow,
  farm: Farm,
  messages: readonly Message[],
  abandoned: ReadonlySet<number>,
): string[] {
  const found: string[] = []
  const say = (sentence: string) => found.push(`module build ${row.id}: ${sentence}`)
  const own = [...farm.tasks.values()].filter(({ tag }) => tag === row.koji_tag)
  for (const { package: name, state, nvr, reused } of row.components) {
    // An operator who gives up stopping an attempt also gives up its packages.
    const successes =
      row.koji_tag === null
        ? 0
        : farm.successes(row.koji_tag, name).filter(({ attempt }) => !abandoned.has(attempt)).length
    if (successes > 1) say(`${name} was built ${successes} times`)
    if (row.state !== 'failed' && state !== 'complete')
      say(`${name} is ${String(state)} in a build that is ${row.state}`)
    if (state === 'complete' && !reused && successes === 0) say(`${name} is complete and was never built`)
    if (reused && successes > 0) say(`${name} was built though it is reused`)
    if (nvr !== null && !nvr.startsWith(`${name}-`)) say(`${name} is ${nvr}`)
    if (state === 'building') say(`${name} is still being built in a build that has ended`)
    if (row.state === 'ready' && !row.tagged.some((tagged) => tagged.endsWith(` ${nvr ?? ''}`)))
      say(`${nvr ?? name} is not tagged`)
  }
  for (const task of own)
    if (!farm.hasEnded(task) && !abandoned.has(task.attempt))
      say(`the attempt ${task.attempt} at ${task.package} still runs`)
  if (row.state === 'failed' && (row.state_reason ?? '') === '') say('it has failed and does not say why')
  if (row.state === 'ready' && row.results.some((result) => !result.endsWith(' passed')))
    say('ready without its checks')
  if (row.state === 'ready' && row.results.length !== 2) say(`ready with ${row.results.length} results of 2`)
  const nvr = `${row.stream}-${row.version ?? ''}.${row.context ?? ''}`
  const candidates = row.tagged.filter((tagged) => tagged.includes('candidate')).sort()
  const wanted = [
    `el-modular-devel-candidate ${row.name}-devel-${nvr}`,
    `el-modular-updates-candidate ${row.name}-${nvr}`,
  ]
  if (row.state === 'ready' && candidates.join() !== wanted.join())
    say(`ready and tagged as ${candidates.join(', ') || 'no candidate'}`)
  if (row.state !== 'ready' && row.state !== 'done' && candidates.length > 0)
    say(`${row.state} and tagged as ${candidates.join(', ')}`)
  if (row.cancelled_by !== null && row.state !== 'failed') say(`cancelled, and ${row.state}`)
  const path = row.trace.map(({ state }) => state).join()
  if (!statesInOrder.test(path) || row.trace.at(-1)?.state !== row.state)
    say(`it is ${row.state} and went from state to state as ${path}`)
  const told = messages.filter(({ topic, body }) => topic === 'module.state.change' && body['id'] === row.id)
  const states = told.map(({ body }) => String(body['state_name']))
  const expected = row.trace.map(({ state }) => state)
  if (states.join() !== expected.join())
    say(`the bus was told ${states.join()}, its trace is ${expected.join()}`)
  for (const { id, package: name, state, reused } of row.components) {
    const news = messages
      .filter(({ topic, body }) => topic === 'component.state.change' && body['id'] === id)
      .map(({ body }) => String(body['state_name']).toLowerCase())
    const known = news.at(-1) ?? null
    if (state === 'complete' && !reused && !news.includes('building'))
      say(`the bus was never told that ${name} is building`)
    if (state !== null && known !== state)
      say(`the bus was told at last that ${name} is ${String(known)}, it is ${state}`)
  }
  return found
}
