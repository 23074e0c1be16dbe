-- Components of one batch in the order of what they need of each other, where a module's author asks for it.
alter table module_builds add column dependency_order boolean not null default false;
-- What a component's packages need and provide, as far as its spec and its last build tell.
alter table component_builds add column dependencies jsonb;
-- How many components of its batch were built when its BuildRequires could not be had: one more may have them.
alter table component_builds add column missing_after integer;
