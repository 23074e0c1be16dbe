import { sql } from 'kysely'
import type { Tx } from '../database/index.ts'
import type { Handlers, News, Recorder } from '../jobs/index.ts'
import type { Connections } from './connections.ts'
import { SimulatedBug } from './faults.ts'

/**
 * Triggers by which the database itself checks a simulation. The rooms write carefully, so a broken guarantee of the
 * engine often does no harm that shows at the end of a run; the triggers find it where it happens.
 */
export const auditSchema = `
  create table audit_violations (what text not null);
  create table audit_ended (what text not null, transaction xid8 not null default pg_current_xact_id());
  create table audit_news (what text not null, transaction xid8 not null default pg_current_xact_id());
  create table audit_sends (effect bigint not null);

  create function audit_effect() returns trigger language plpgsql as $$
  begin
    if old.kind = 'turn' then
      -- It is parked again by the next bug; a turn that goes well ends what was parked, and nothing else.
      if old.state = 'done' and new.state <> 'parked' then
        insert into audit_violations values (format('turn of %s was done and became %s', old.subject, new.state));
      end if;
    elsif old.state = 'failed' and new.state = 'queued' and new.attempt = old.attempt + 1
        and old.kind in ('check', 'tag-module') then
      -- An operator retries it: its module stays at this step.
      null;
    elsif old.state not in ('queued', 'parked') then
      insert into audit_violations values
        (format('effect %s (%s) was %s and became %s', old.id, old.kind, old.state, new.state));
    elsif new.state = 'queued' and new.attempt <> old.attempt + 1 then
      insert into audit_violations values
        (format('attempt %s at effect %s (%s) is followed by attempt %s', old.attempt, old.id, old.kind, new.attempt));
    elsif new.state <> 'queued' and new.attempt <> old.attempt then
      insert into audit_violations values
        (format('attempt %s ended effect %s (%s) in its attempt %s', new.attempt, old.id, old.kind, old.attempt));
    end if;
    if new.state = 'done' and old.kind <> 'turn' then insert into audit_ended values ('effect ' || old.id); end if;
    return null;
  end $$;
  create trigger audit_effect after update on effects for each row execute function audit_effect();

  create function audit_wait() returns trigger language plpgsql as $$
  begin
    insert into audit_ended values ('wait ' || old.id);
    return null;
  end $$;
  create trigger audit_wait after delete on waits for each row execute function audit_wait();

  create function audit_send() returns trigger language plpgsql as $$
  begin
    insert into audit_sends values ((new.data->>'effect')::bigint);
    return null;
  end $$;
  create trigger audit_send after insert on seeded_jobs for each row when (new.name = 'effects')
    execute function audit_send();

  create function audit_component() returns trigger language plpgsql as $$
  begin
    -- A build that is submitted again takes back what did not become anything, before it goes on.
    if old.state in ('complete', 'failed', 'canceled')
        and not (old.state <> 'complete' and new.state is null
                 and exists (select from module_builds b where b.id = old.module_build_id and b.state = 'failed')) then
      insert into audit_violations values
        (format('component %s was %s and became %s', old.package, old.state, coalesce(new.state, 'not started')));
    elsif new.state = 'building' and old.state = 'building' and new.attempt <> old.attempt then
      insert into audit_violations values
        (format('attempt %s at component %s began while attempt %s was under way', new.attempt, old.package, old.attempt));
    end if;
    return null;
  end $$;
  create trigger audit_component after update on component_builds for each row
    when (old.state is distinct from new.state or old.attempt <> new.attempt) execute function audit_component();`

/** The simulator empties these tables before each run. */
export const auditTables = 'audit_violations, audit_ended, audit_news, audit_sends'

/**
 * Returns the violations that the database has recorded. News may be written only once, in the transaction that ends
 * its effect or wait.
 *
 * @param keepsJobs the queue has lost no job, so each attempt must have been queued once
 */
export async function auditViolations(connections: Connections, keepsJobs: boolean): Promise<string[]> {
  const rows = await connections.ask<{ what: string }>(
    `
    select what from audit_violations
    union all
    select 'news of ' || what || ' was written although another transaction had ended that' from audit_news n
      where not exists (select from audit_ended e where (e.what, e.transaction) = (n.what, n.transaction))
    union all
    select format('effect %s (%s) was queued %s times, at attempt %s', e.id, e.kind, count(s.effect), e.attempt)
      from effects e left join audit_sends s on s.effect = e.id
      where e.kind <> 'turn'
      group by e.id having case when $1 then count(s.effect) <> e.attempt else count(s.effect) < e.attempt end`,
    [keepsJobs],
  )
  return rows.map(({ what }) => what)
}

/**
 * Returns handlers that record each piece of news in the database, and report an effect that runs although its attempt
 * was over when its job was handed out.
 */
export function audited(
  handlers: Handlers,
  parts: {
    wasOver: (effect: number, attempt: number) => boolean
    onBug: (sentence: string) => void
    onEffect: (effect: number, kind: string) => void
    hasBug: () => boolean
  },
): Handlers {
  const noted =
    (what: string, record: Recorder): Recorder =>
    async (tx, now) => {
      // First, so that recorders of one transaction take their steps together, as they do without a note.
      const recorded = await record(tx, now)
      await note(tx, what)
      return recorded
    }
  const turnHasBug = lasting(parts.hasBug)
  return {
    ...handlers,
    lifeCycles: handlers.lifeCycles.map((lifeCycle) => ({
      ...lifeCycle,
      turn: async (...turn) => {
        const result = await lifeCycle.turn(...turn)
        if (turnHasBug(turn[1])) throw new SimulatedBug()
        return result
      },
    })),
    effects: handlers.effects.map((handler) => ({
      ...handler,
      perform: async (payload, context) => {
        if (parts.wasOver(context.effectId, context.attempt))
          parts.onBug(`the effect ${handler.kind}, which is over, is done again`)
        parts.onEffect(context.effectId, handler.kind)
        if (parts.hasBug()) throw new SimulatedBug()
        return noted(`effect ${context.effectId}`, await handler.perform(payload, context))
      },
    })),
    lookouts: handlers.lookouts.map((lookout) => ({
      ...lookout,
      look: async (waits) => {
        const news = await lookout.look(waits)
        return new Map(
          [...news].map(([id, learnt]): [number, News] => [
            id,
            'over' in learnt ? { over: noted(`wait ${id}`, learnt.over) } : learnt,
          ]),
        )
      },
    })),
  }
}

/** A turn that fails is taken twice more before it is parked: first without, then with its news written. */
const turnsUntilParked = 3

/** Returns a bug that meets each second subject once, and each other until its turn is parked. */
function lasting(hasBug: () => boolean): (id: number) => boolean {
  const left = new Map<number, number>()
  let bugs = 0
  return (id) => {
    const rest = left.get(id) ?? (hasBug() ? (bugs++ % 2 === 0 ? turnsUntilParked : 1) : 0)
    left.delete(id)
    if (rest > 1) left.set(id, rest - 1)
    return rest > 0
  }
}

async function note(tx: Tx, what: string): Promise<void> {
  await sql`insert into audit_news (what) values (${what})`.execute(tx)
}
