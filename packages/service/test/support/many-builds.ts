import { sql } from 'kysely'
import { inTransaction, type Database } from '../../src/database/index.ts'

/** A document of some size, which is the largest part of a verbose list. */
const document = `document: modulemd
version: 2
data:
  name: bench
  stream: "1"
  summary: A module of the benchmark
  description: ${'It has a text of some length. '.repeat(20)}
  license: {module: [MIT]}
  components:
    rpms:
${Array.from({ length: 5 }, (_, index) => `      c${index}: {rationale: ${'bench '.repeat(10)}, ref: main}\n`).join('')}`

/**
 * Records a platform and many module builds on it, of 500 modules and 20 users, submitted a minute apart. The build of
 * number n has the id n + 1.
 */
export async function recordManyBuilds(
  database: Database,
  builds: number,
  componentsPerBuild: number,
): Promise<void> {
  const run = (statement: string) => inTransaction(database, 'fill', (tx) => sql.raw(statement).execute(tx))
  const series = `generate_series(1, ${builds}) n`
  const at = `now() - (${builds} - n) * interval '1 minute'`
  await run(`
    insert into module_builds (name, stream, version, context, state, owner, rebuild_strategy, stream_version,
        buildrequires, requires, time_submitted, time_modified, time_completed)
      values ('platform', 'el9', '2', '00000000', 'ready', 'mbs_import', 'all', 90000, '{}', '[]', now(), now(), now())`)
  await run(`
    insert into module_builds (name, stream, version, context, platform, state, state_reason, owner, scmurl, branch,
        modulemd, koji_tag, batch, revision, arches, buildrequires, requires, build_context, runtime_context,
        time_submitted, time_modified, time_completed)
      select 'm' || n % 500, (n % 7)::text, (9000000000 + n / 2)::text, to_hex(n % 2 + 3735928559), 'el9',
        case when n % 10 = 0 then 'failed' else 'ready' end, 'all checks passed', 'user' || n % 20,
        'https://example.com/modules/m' || n % 500 || '?#' || md5(n::text), (n % 7)::text,
        '${document.replaceAll("'", "''")}', 'module-m-' || n, 3, 12, '{x86_64}',
        '{"platform": {"stream": "el9", "version": "2", "context": "00000000", "koji_tag": "", "ref": ""}}',
        '[{"platform": ["el9"]}]', md5(n::text), md5(n::text), ${at}, ${at}, ${at} from ${series}`)
  await run(`insert into module_build_bases select id, 1 from module_builds where name <> 'platform'`)
  await run(`
    insert into component_builds (module_build_id, package, scmurl, ref, batch, attempt, state, nvr, task_id, time_started,
        time_completed)
      select n + 1, 'c' || c, 'https://example.com/rpms/c' || c, md5(n::text), 2 + c / 3, 1, 'complete',
        'c' || c || '-1-' || n, n * 10 + c, ${at} - interval '1 minute', ${at}
        from ${series}, generate_series(1, ${componentsPerBuild}) c`)
  await run(`
    insert into module_build_trace (module_build_id, revision, time, state)
      select n + 1, r, ${at}, (array['init', 'wait', 'build', 'done', 'ready'])[r]
        from ${series}, generate_series(1, 5) r`)
}

/** The tables that {@link recordManyBuilds} fills, for `vacuum analyze`: PostgreSQL plans by what that finds. */
export const filledTables = [
  'module_builds',
  'component_builds',
  'module_build_trace',
  'module_build_bases',
] as const
