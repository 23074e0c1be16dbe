-- How many attempts at a component were lost since its build began or resumed last.
alter table component_builds add column lost_attempts integer not null default 0;

-- A rebuilt module looks for another build with the dist tag that it would keep.
create index module_builds_dist_tag on module_builds (dist_tag);
