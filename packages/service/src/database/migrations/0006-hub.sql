-- Tags with Koji's rules and a history: a row of a versioned table holds from the event that made it to the event
-- that revoked it. Files are in the store of artifacts.

alter table hub_tags rename to old_tags;
alter table hub_tag_inheritance rename to old_tag_inheritance;
alter table hub_tag_groups rename to old_tag_groups;
alter table hub_builds rename to old_builds;
alter table hub_rpms rename to old_rpms;
alter table hub_tagged_builds rename to old_tagged_builds;

create table hub_users (
  id integer generated always as identity primary key,
  name text not null unique
);

create table hub_events (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  user_id integer not null references hub_users (id)
);

create table hub_permissions (
  user_id integer not null references hub_users (id),
  permission text not null,
  create_event bigint not null references hub_events (id),
  revoke_event bigint references hub_events (id)
);
create unique index hub_permissions_key on hub_permissions (user_id, permission) where revoke_event is null;

create table hub_content_generators (
  id integer generated always as identity primary key,
  name text not null unique
);

create table hub_content_generator_users (
  content_generator_id integer not null references hub_content_generators (id),
  user_id integer not null references hub_users (id),
  create_event bigint not null references hub_events (id),
  revoke_event bigint references hub_events (id)
);
create unique index hub_content_generator_users_key on hub_content_generator_users (content_generator_id, user_id)
  where revoke_event is null;

create table hub_tags (
  id integer generated always as identity primary key,
  name text not null unique
);

create table hub_tag_configs (
  tag_id integer not null references hub_tags (id),
  arches text not null,
  permission text,
  locked boolean not null,
  create_event bigint not null references hub_events (id),
  revoke_event bigint references hub_events (id)
);
create unique index hub_tag_configs_key on hub_tag_configs (tag_id) where revoke_event is null;
create index hub_tag_configs_history_idx on hub_tag_configs (tag_id, create_event);

create table hub_tag_extras (
  tag_id integer not null references hub_tags (id),
  key text not null,
  value jsonb,
  blocked boolean not null,
  create_event bigint not null references hub_events (id),
  revoke_event bigint references hub_events (id)
);
create unique index hub_tag_extras_key on hub_tag_extras (tag_id, key) where revoke_event is null;
create index hub_tag_extras_history_idx on hub_tag_extras (tag_id, create_event);

create table hub_tag_inheritance (
  tag_id integer not null references hub_tags (id),
  parent_id integer not null references hub_tags (id),
  priority integer not null,
  maxdepth integer,
  intransitive boolean not null,
  noconfig boolean not null,
  pkg_filter text not null,
  create_event bigint not null references hub_events (id),
  revoke_event bigint references hub_events (id)
);
create unique index hub_tag_inheritance_key on hub_tag_inheritance (tag_id, parent_id) where revoke_event is null;
create unique index hub_tag_inheritance_priority_key on hub_tag_inheritance (tag_id, priority) where revoke_event is null;
create index hub_tag_inheritance_history_idx on hub_tag_inheritance (tag_id, create_event);
create index hub_tag_inheritance_parent_idx on hub_tag_inheritance (parent_id);

create table hub_packages (
  id integer generated always as identity primary key,
  name text not null unique
);

create table hub_tag_packages (
  tag_id integer not null references hub_tags (id),
  package_id integer not null references hub_packages (id),
  extra_arches text not null,
  blocked boolean not null,
  create_event bigint not null references hub_events (id),
  revoke_event bigint references hub_events (id)
);
create unique index hub_tag_packages_key on hub_tag_packages (tag_id, package_id) where revoke_event is null;
create index hub_tag_packages_history_idx on hub_tag_packages (tag_id, create_event);

create table hub_tag_package_owners (
  tag_id integer not null references hub_tags (id),
  package_id integer not null references hub_packages (id),
  owner_id integer not null references hub_users (id),
  create_event bigint not null references hub_events (id),
  revoke_event bigint references hub_events (id)
);
create unique index hub_tag_package_owners_key on hub_tag_package_owners (tag_id, package_id) where revoke_event is null;
create index hub_tag_package_owners_history_idx on hub_tag_package_owners (tag_id, create_event);

create table hub_build_types (name text primary key);
insert into hub_build_types values ('rpm'), ('maven'), ('win'), ('image'), ('module');

create table hub_builds (
  id integer generated always as identity primary key,
  package_id integer not null references hub_packages (id),
  version text not null,
  release text not null,
  epoch bigint,
  -- Koji's numbers: 0 building, 1 complete, 2 deleted, 3 failed, 4 canceled.
  state smallint not null check (state between 0 and 4),
  owner_id integer not null references hub_users (id),
  content_generator_id integer references hub_content_generators (id),
  source text,
  extra jsonb,
  created_at timestamptz not null,
  started_at timestamptz,
  completed_at timestamptz,
  -- What completes a reservation; it is asked for by nothing else.
  token text,
  -- The metadata of its import, as they were given: an import that is repeated is known again by them.
  metadata_sha256 text constraint hub_builds_artifact_fkey references artifacts (sha256),
  unique (package_id, version, release)
);

create index hub_builds_metadata_idx on hub_builds (metadata_sha256);

create table hub_build_typeinfos (
  build_id integer not null references hub_builds (id),
  type text not null references hub_build_types (name),
  typeinfo jsonb,
  primary key (build_id, type)
);
create index hub_build_typeinfos_type_idx on hub_build_typeinfos (type);

create table hub_buildroots (
  id integer generated always as identity primary key,
  build_id integer not null references hub_builds (id),
  host_os text,
  host_arch text not null,
  container_type text not null,
  container_arch text not null,
  content_generator_version text,
  tools jsonb not null,
  extra jsonb,
  -- A JSON document: what was installed there, and for our own builds sources and macros.
  record_sha256 text not null constraint hub_buildroots_artifact_fkey references artifacts (sha256)
);
create index hub_buildroots_build_idx on hub_buildroots (build_id);
create index hub_buildroots_record_idx on hub_buildroots (record_sha256);

create table hub_rpms (
  id integer generated always as identity primary key,
  build_id integer not null references hub_builds (id),
  buildroot_id integer references hub_buildroots (id),
  nevra text not null,
  name text not null,
  version text not null,
  release text not null,
  epoch bigint,
  arch text not null,
  size bigint not null,
  sha256 text not null constraint hub_rpms_artifact_fkey references artifacts (sha256),
  -- Koji's payloadhash: the MD5 of header and payload that the signature header names.
  sigmd5 text not null,
  built_at timestamptz,
  extra jsonb,
  unique (build_id, nevra)
);
create index hub_rpms_sha256_idx on hub_rpms (sha256);
create index hub_rpms_name_idx on hub_rpms (name, version, release, arch);

create table hub_rpm_signatures (
  rpm_id integer not null references hub_rpms (id),
  -- The last eight digits of the key's id, Koji's sigkey.
  key_id text not null check (key_id ~ '^[0-9a-f]{8}$'),
  sha256 text not null constraint hub_rpm_signatures_artifact_fkey references artifacts (sha256),
  size bigint not null,
  signed_at timestamptz not null,
  primary key (rpm_id, key_id)
);
create index hub_rpm_signatures_sha256_idx on hub_rpm_signatures (sha256);

create table hub_archives (
  id integer generated always as identity primary key,
  build_id integer not null references hub_builds (id),
  buildroot_id integer references hub_buildroots (id),
  type text not null references hub_build_types (name),
  filename text not null,
  subdir text not null,
  arch text,
  size bigint not null,
  checksum_type text not null,
  checksum text not null,
  sha256 text not null constraint hub_archives_artifact_fkey references artifacts (sha256),
  extra jsonb,
  unique (build_id, type, subdir, filename)
);
create index hub_archives_sha256_idx on hub_archives (sha256);
create index hub_archives_checksum_idx on hub_archives (checksum, filename);

create table hub_archive_rpms (
  archive_id integer not null references hub_archives (id),
  rpm_id integer not null references hub_rpms (id),
  primary key (archive_id, rpm_id)
);
create index hub_archive_rpms_rpm_idx on hub_archive_rpms (rpm_id);

create table hub_archive_files (
  archive_id integer not null references hub_archives (id),
  component_id integer not null references hub_archives (id),
  primary key (archive_id, component_id)
);

create table hub_logs (
  build_id integer not null references hub_builds (id),
  subdir text not null,
  filename text not null,
  size bigint not null,
  sha256 text not null constraint hub_logs_artifact_fkey references artifacts (sha256),
  primary key (build_id, subdir, filename)
);
create index hub_logs_sha256_idx on hub_logs (sha256);

create table hub_tagged_builds (
  tag_id integer not null references hub_tags (id),
  build_id integer not null references hub_builds (id),
  package_id integer not null references hub_packages (id),
  create_event bigint not null references hub_events (id),
  revoke_event bigint references hub_events (id)
);
create unique index hub_tagged_builds_key on hub_tagged_builds (tag_id, build_id) where revoke_event is null;
-- Newest first within a package of a tag: what "latest" asks for.
create index hub_tagged_builds_history_idx on hub_tagged_builds (tag_id, package_id, create_event desc, build_id desc);
-- What has happened to a tag, the newest first.
create index hub_tagged_builds_create_idx on hub_tagged_builds (tag_id, create_event);
create index hub_tagged_builds_revoke_idx on hub_tagged_builds (tag_id, revoke_event) where revoke_event is not null;
create index hub_tagged_builds_build_idx on hub_tagged_builds (build_id);

create table hub_tag_groups (
  tag_id integer not null references hub_tags (id),
  name text not null,
  blocked boolean not null,
  exported boolean not null,
  display_name text not null,
  is_default boolean not null,
  uservisible boolean not null,
  description text not null,
  langonly text,
  biarchonly boolean not null,
  create_event bigint not null references hub_events (id),
  revoke_event bigint references hub_events (id)
);
create unique index hub_tag_groups_key on hub_tag_groups (tag_id, name) where revoke_event is null;

create table hub_tag_group_packages (
  tag_id integer not null references hub_tags (id),
  group_name text not null,
  package text not null,
  blocked boolean not null,
  type text not null,
  basearchonly boolean not null,
  requires text,
  create_event bigint not null references hub_events (id),
  revoke_event bigint references hub_events (id)
);
create unique index hub_tag_group_packages_key on hub_tag_group_packages (tag_id, group_name, package)
  where revoke_event is null;

create table hub_tag_group_requirements (
  tag_id integer not null references hub_tags (id),
  group_name text not null,
  requirement text not null,
  blocked boolean not null,
  type text not null,
  is_metapkg boolean not null,
  create_event bigint not null references hub_events (id),
  revoke_event bigint references hub_events (id)
);
create unique index hub_tag_group_requirements_key on hub_tag_group_requirements (tag_id, group_name, requirement)
  where revoke_event is null;

create table hub_targets (
  id integer generated always as identity primary key,
  name text not null unique
);

create table hub_target_configs (
  target_id integer not null references hub_targets (id),
  build_tag_id integer not null references hub_tags (id),
  dest_tag_id integer not null references hub_tags (id),
  create_event bigint not null references hub_events (id),
  revoke_event bigint references hub_events (id)
);
create unique index hub_target_configs_key on hub_target_configs (target_id) where revoke_event is null;
create index hub_target_configs_tags_idx on hub_target_configs (build_tag_id, dest_tag_id);

-- What was there before. Its files are moved into the store when the service starts.
create table artifact_moves (
  sha256 text primary key constraint artifact_moves_artifact_fkey references artifacts (sha256),
  path text not null
);

insert into hub_users (name) values ('mbs');
insert into hub_events (at, user_id)
  select coalesce(min(created_at), '2026-01-01'), (select id from hub_users) from old_builds
  having exists (select from old_tags) or exists (select from old_builds);
insert into artifacts (sha256, size, claimed_at)
  select sha256, max(size), '2026-01-01' from old_rpms group by sha256;
insert into artifact_moves (sha256, path) select sha256, min(path) from old_rpms group by sha256;

insert into hub_tags (id, name) overriding system value select id, name from old_tags;
select setval(pg_get_serial_sequence('hub_tags', 'id'), greatest(1, (select max(id) from hub_tags)),
  exists (select from hub_tags));
insert into hub_tag_configs (tag_id, arches, permission, locked, create_event)
  select id, array_to_string(arches, ' '), null, false, (select id from hub_events) from old_tags;
insert into hub_tag_inheritance
    (tag_id, parent_id, priority, maxdepth, intransitive, noconfig, pkg_filter, create_event)
  select tag_id, parent_id, priority, null, false, false, '', (select id from hub_events) from old_tag_inheritance;
insert into hub_tag_groups (tag_id, name, blocked, exported, display_name, is_default, uservisible, description,
    biarchonly, create_event)
  select distinct tag_id, group_name, false, true, group_name, false, false, group_name, false,
    (select id from hub_events) from old_tag_groups;
insert into hub_tag_group_packages (tag_id, group_name, package, blocked, type, basearchonly, create_event)
  select tag_id, group_name, package, false, 'mandatory', false, (select id from hub_events) from old_tag_groups;

insert into hub_packages (name) select distinct name from old_builds order by name;
insert into hub_builds (id, package_id, version, release, state, owner_id, source, extra, created_at, completed_at)
    overriding system value
  select b.id, p.id, b.version, b.release, 1, (select id from hub_users), b.source, b.extra, b.created_at, b.created_at
    from old_builds b join hub_packages p on p.name = b.name;
select setval(pg_get_serial_sequence('hub_builds', 'id'), greatest(1, (select max(id) from hub_builds)),
  exists (select from hub_builds));
insert into hub_build_typeinfos (build_id, type, typeinfo)
  select id, type, extra -> 'typeinfo' -> type from old_builds;
insert into hub_rpms (build_id, nevra, name, version, release, epoch, arch, size, sha256, sigmd5)
  select r.build_id, r.nevra, r.name, parts[2], parts[3], nullif(parts[1], '0')::bigint, r.arch, r.size, r.sha256, ''
    from old_rpms r,
      lateral regexp_match(substr(r.nevra, length(r.name) + 2), '^([0-9]+):([^-]+)-([^-]+)\.[^.]+$') as parts;
insert into hub_tagged_builds (tag_id, build_id, package_id, create_event)
  select t.tag_id, t.build_id, b.package_id, (select id from hub_events)
    from old_tagged_builds t join hub_builds b on b.id = t.build_id order by t.tagged_at, t.build_id;
insert into hub_tag_packages (tag_id, package_id, extra_arches, blocked, create_event)
  select distinct tag_id, package_id, '', false, create_event from hub_tagged_builds;
insert into hub_tag_package_owners (tag_id, package_id, owner_id, create_event)
  select tag_id, package_id, (select id from hub_users), create_event from hub_tag_packages;

drop table old_tagged_builds, old_rpms, old_builds, old_tag_groups, old_tag_inheritance, old_tags;

-- Whoever needs the build tag of a module reads it.
alter table registered_tags add column build_tag text;
update registered_tags set build_tag = name || '-build';
alter table registered_tags alter column build_tag set not null;
insert into hub_targets (name)
  select r.name from registered_tags r join hub_tags t on t.name = r.name join hub_tags b on b.name = r.build_tag;
insert into hub_target_configs (target_id, build_tag_id, dest_tag_id, create_event)
  select g.id, b.id, t.id, (select id from hub_events)
    from registered_tags r join hub_targets g on g.name = r.name
    join hub_tags t on t.name = r.name join hub_tags b on b.name = r.build_tag;

-- The key that a compose was signed with; null: it was not.
alter table composes add column signing_key text;
