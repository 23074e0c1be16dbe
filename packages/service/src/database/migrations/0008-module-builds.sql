-- What is asked of a module build without reading its document; the base modules it stands on are builds themselves.
alter table module_builds alter column scmurl drop not null;
alter table module_builds alter column branch drop not null;
alter table module_builds alter column rebuild_strategy set default 'changed-and-after';
alter table module_builds
  add column version_number numeric(20) generated always as
    (case when version ~ '^[0-9]{1,20}$' then version::numeric end) stored,
  -- Of base modules alone: the number that orders their streams, and the other names of the stream.
  add column stream_version double precision,
  add column virtual_streams text[] not null default '{}',
  -- It stands for a platform of the configuration.
  add column is_configured boolean not null default false,
  add column arches text[] not null default '{}',
  -- xmd.mbs.buildrequires, and the runtime requirements of each block: null until the document is complete.
  add column buildrequires jsonb,
  add column requires jsonb,
  add column build_context_no_bms text,
  add column commit text,
  add column srpms text[] not null default '{}',
  add column reused_module_id integer references module_builds;
create index module_builds_stream on module_builds (name, stream, version_number desc);
-- Siblings, whatever their state.
create index module_builds_version on module_builds (name, stream, version);
create index module_builds_virtual_streams on module_builds using gin (virtual_streams);
create index module_builds_koji_tag on module_builds (koji_tag);

-- The base modules that a build was built on.
create table module_build_bases (
  module_build_id integer not null references module_builds,
  base_id integer not null references module_builds,
  primary key (module_build_id, base_id)
);
create index module_build_bases_base on module_build_bases (base_id);

-- An earlier build of the component that takes the place of a new one, or why there is none.
alter table component_builds
  -- For which it is built; null of builds before there was this column: those of its module.
  add column arches text[],
  -- Where its archives are, if not where those of others are.
  -- A source package of the submitter's own, in place of a repository.
  add column srpm text constraint component_builds_srpm_artifact_fkey references artifacts (sha256),
  add column cache text,
  add column buildonly boolean not null default false,
  -- Later batches get the profile `buildroot` (or `srpm-buildroot`) of the module into their build roots.
  add column in_buildroot boolean not null default false,
  add column in_srpm_buildroot boolean not null default false,
  add column included_from text,
  -- How long it was expected to take when it was submitted, with the standard deviation; null: never built before.
  add column expected_seconds double precision,
  add column expected_error double precision,
  add column reused_component_id integer references component_builds,
  add column reuse_code text,
  add column reuse_detail text;
-- How long a package takes is told by its last builds.
create index component_builds_history on component_builds (package, time_completed desc)
  where state = 'complete' and reused_component_id is null;
create index component_builds_srpm on component_builds (srpm) where srpm is not null;
create index component_builds_reused on component_builds (reused_component_id) where reused_component_id is not null;
