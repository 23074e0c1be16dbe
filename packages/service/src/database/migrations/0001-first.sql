-- The first schema: the machinery (effects, waits, messages), module builds, the hub, results and composes.

-- Which database this is. Folders of builds are kept under it, so that another database never takes them for its own.
create table instance (id uuid not null);
insert into instance values (gen_random_uuid());

-- What a life cycle decided to have done. One row is one thing that happens once, however often it is tried.
create table effects (
  id bigint generated always as identity primary key,
  subject text not null,
  key text not null,
  kind text not null,
  payload jsonb not null,
  state text not null check (state in ('queued', 'done', 'failed', 'parked')),
  attempt integer not null default 1,
  error text,
  blame text check (blame in ('user', 'infra', 'bug')),
  created_at timestamptz not null,
  finished_at timestamptz,
  unique (subject, key)
);

-- What lasts longer than seconds. The sentence is what people read behind "Waiting for".
create table waits (
  id bigint generated always as identity primary key,
  subject text not null,
  key text not null,
  kind text not null,
  external_id text not null,
  sentence text not null,
  since timestamptz not null,
  next_look timestamptz not null,
  unique (subject, key)
);
create index waits_due on waits (kind, next_look);

-- The outbox. `revision` is the subject's own version number, written under its lock: the order to publish in.
create table messages (
  id bigint generated always as identity primary key,
  subject text not null,
  revision integer not null,
  topic text not null,
  body jsonb not null,
  created_at timestamptz not null,
  published_at timestamptz,
  unique (subject, revision)
);
create index messages_unpublished on messages (id) where published_at is null;

create table module_builds (
  id integer generated always as identity primary key,
  name text not null,
  stream text not null,
  version text,
  context text,
  platform text,
  state text not null check (state in ('init', 'wait', 'build', 'done', 'failed', 'ready', 'garbage')),
  state_reason text,
  owner text not null,
  scmurl text not null,
  branch text not null,
  modulemd text,
  final_modulemd text,
  build_context text,
  runtime_context text,
  dist_tag text,
  koji_tag text,
  batch integer not null default 0,
  scratch boolean not null default false,
  rebuild_strategy text not null default 'all',
  revision integer not null default 0,
  cancelled_by text,
  cancel_reason text,
  time_submitted timestamptz not null,
  time_modified timestamptz not null,
  time_completed timestamptz
);
-- Version and context are unknown while a slow submission is still being prepared; a failed build may be repeated.
create unique index module_builds_nsvc on module_builds (name, stream, version, context)
  where state not in ('failed', 'garbage');
create index module_builds_state on module_builds (state);

create table module_build_trace (
  module_build_id integer not null references module_builds,
  revision integer not null,
  time timestamptz not null,
  state text not null,
  reason text,
  primary key (module_build_id, revision)
);

create table component_builds (
  id integer generated always as identity primary key,
  module_build_id integer not null references module_builds,
  package text not null,
  format text not null default 'rpms',
  scmurl text not null,
  ref text,
  batch integer not null,
  attempt integer not null default 0,
  state text check (state in ('building', 'complete', 'failed', 'canceled')),
  state_reason text,
  nvr text,
  task_id bigint,
  build_time_only boolean not null default false,
  time_started timestamptz,
  time_completed timestamptz,
  unique (module_build_id, package)
);

-- Names that were ever given to a module build; none is given twice.
create table registered_tags (
  name text primary key,
  module_build_id integer not null unique references module_builds
);

create table hub_tags (
  id integer generated always as identity primary key,
  name text not null unique,
  arches text[] not null
);

create table hub_tag_inheritance (
  tag_id integer not null references hub_tags,
  parent_id integer not null references hub_tags,
  priority integer not null,
  primary key (tag_id, parent_id),
  unique (tag_id, priority)
);

create table hub_tag_groups (
  tag_id integer not null references hub_tags,
  group_name text not null,
  package text not null,
  primary key (tag_id, group_name, package)
);

create table hub_builds (
  id integer generated always as identity primary key,
  name text not null,
  version text not null,
  release text not null,
  type text not null check (type in ('rpm', 'module')),
  source text,
  extra jsonb not null,
  created_at timestamptz not null,
  unique (name, version, release)
);

create table hub_rpms (
  build_id integer not null references hub_builds,
  nevra text not null,
  name text not null,
  arch text not null,
  path text not null,
  size bigint not null,
  sha256 text not null,
  primary key (build_id, nevra)
);

create table hub_tagged_builds (
  tag_id integer not null references hub_tags,
  build_id integer not null references hub_builds,
  tagged_at timestamptz not null,
  primary key (tag_id, build_id)
);

create table test_results (
  id integer generated always as identity primary key,
  module_build_id integer not null references module_builds,
  testcase text not null,
  outcome text not null check (outcome in ('passed', 'failed')),
  detail text not null,
  time timestamptz not null,
  unique (module_build_id, testcase)
);

create table composes (
  id integer generated always as identity primary key,
  platform text not null,
  state text not null check (state in ('requested', 'finished', 'failed')),
  state_reason text,
  modules jsonb not null,
  revision integer not null default 0,
  time_requested timestamptz not null,
  time_completed timestamptz
);
