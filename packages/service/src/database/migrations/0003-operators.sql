-- What operators do with effects, and what a sweep looks for. Stop an older release first: the jobs of its queues are
-- made anew under other keys.

-- An operator's retry gives an effect its whole budget again: so many of its attempts do not count.
alter table effects add column attempts_forgiven integer not null default 0;

-- What runs, however many components have ended.
create index component_builds_building on component_builds (module_build_id) where state = 'building';
