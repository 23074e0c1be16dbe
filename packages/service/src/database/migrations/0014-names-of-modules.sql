-- Whose the builds NAME-VERSION-… of the hub are, where they are of a module: taken when it is submitted, long before
-- there is a build. NAME-devel is what is built beside it.
create table hub_module_names (
  name text not null,
  version text not null,
  module text not null,
  stream text not null,
  primary key (name, version)
);
insert into hub_module_names (name, version, module, stream)
  select name, replace(stream, '-', '_'), name, stream from module_builds
   where not scratch and dist_tag is not null and state not in ('failed', 'garbage') order by id
  on conflict do nothing;
insert into hub_module_names (name, version, module, stream)
  select name || '-devel', version, module, stream from hub_module_names
  on conflict do nothing;

-- A scratch build is of no module: it may have the context of one.
drop index module_builds_nsvc;
create unique index module_builds_nsvc on module_builds (name, stream, version, context, scratch)
  where state not in ('failed', 'garbage');
