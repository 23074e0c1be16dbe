-- Messages that consumers can tell from one another, effects that end with their build.

-- By this a consumer knows a message that comes twice.
alter table messages add column uuid uuid not null default gen_random_uuid();

-- Still queued when its build ended: it is not done any more.
alter table effects drop constraint effects_state_check;
alter table effects add constraint effects_state_check
  check (state in ('queued', 'done', 'failed', 'parked', 'canceled'));
-- What operators ask for, however many builds have ended.
create index effects_open on effects (state, id) where state in ('queued', 'parked');
