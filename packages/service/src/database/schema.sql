-- Printed from the catalogs after all migrations; a test keeps it true (UPDATE_SCHEMA=1 writes it anew).

create table component_builds (
  id integer generated always as identity not null,
  module_build_id integer not null,
  package text not null,
  format text not null default 'rpms'::text,
  scmurl text not null,
  ref text,
  batch integer not null,
  attempt integer not null default 0,
  state text,
  state_reason text,
  nvr text,
  task_id bigint,
  build_time_only boolean not null default false,
  time_started timestamp with time zone,
  time_completed timestamp with time zone,
  constraint component_builds_module_build_id_package_key UNIQUE (module_build_id, package),
  constraint component_builds_pkey PRIMARY KEY (id),
  constraint component_builds_module_build_id_fkey FOREIGN KEY (module_build_id) REFERENCES module_builds(id),
  constraint component_builds_state_check CHECK ((state = ANY (ARRAY['building'::text, 'complete'::text, 'failed'::text, 'canceled'::text])))
);
CREATE INDEX component_builds_building ON public.component_builds USING btree (module_build_id) WHERE (state = 'building'::text);

create table composes (
  id integer generated always as identity not null,
  platform text not null,
  state text not null,
  state_reason text,
  modules jsonb not null,
  revision integer not null default 0,
  time_requested timestamp with time zone not null,
  time_completed timestamp with time zone,
  constraint composes_pkey PRIMARY KEY (id),
  constraint composes_state_check CHECK ((state = ANY (ARRAY['requested'::text, 'finished'::text, 'failed'::text])))
);

create table effects (
  id bigint generated always as identity not null,
  subject text not null,
  key text not null,
  kind text not null,
  payload jsonb not null,
  state text not null,
  attempt integer not null default 1,
  error text,
  blame text,
  created_at timestamp with time zone not null,
  finished_at timestamp with time zone,
  attempts_forgiven integer not null default 0,
  constraint effects_subject_key_key UNIQUE (subject, key),
  constraint effects_pkey PRIMARY KEY (id),
  constraint effects_blame_check CHECK ((blame = ANY (ARRAY['user'::text, 'infra'::text, 'bug'::text]))),
  constraint effects_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'done'::text, 'failed'::text, 'parked'::text, 'canceled'::text])))
);
CREATE INDEX effects_open ON public.effects USING btree (state, id) WHERE (state = ANY (ARRAY['queued'::text, 'parked'::text]));

create table hub_builds (
  id integer generated always as identity not null,
  name text not null,
  version text not null,
  release text not null,
  type text not null,
  source text,
  extra jsonb not null,
  created_at timestamp with time zone not null,
  constraint hub_builds_name_version_release_key UNIQUE (name, version, release),
  constraint hub_builds_pkey PRIMARY KEY (id),
  constraint hub_builds_type_check CHECK ((type = ANY (ARRAY['rpm'::text, 'module'::text])))
);

create table hub_rpms (
  build_id integer not null,
  nevra text not null,
  name text not null,
  arch text not null,
  path text not null,
  size bigint not null,
  sha256 text not null,
  constraint hub_rpms_pkey PRIMARY KEY (build_id, nevra),
  constraint hub_rpms_build_id_fkey FOREIGN KEY (build_id) REFERENCES hub_builds(id)
);

create table hub_tag_groups (
  tag_id integer not null,
  group_name text not null,
  package text not null,
  constraint hub_tag_groups_pkey PRIMARY KEY (tag_id, group_name, package),
  constraint hub_tag_groups_tag_id_fkey FOREIGN KEY (tag_id) REFERENCES hub_tags(id)
);

create table hub_tag_inheritance (
  tag_id integer not null,
  parent_id integer not null,
  priority integer not null,
  constraint hub_tag_inheritance_tag_id_priority_key UNIQUE (tag_id, priority),
  constraint hub_tag_inheritance_pkey PRIMARY KEY (tag_id, parent_id),
  constraint hub_tag_inheritance_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES hub_tags(id),
  constraint hub_tag_inheritance_tag_id_fkey FOREIGN KEY (tag_id) REFERENCES hub_tags(id)
);

create table hub_tagged_builds (
  tag_id integer not null,
  build_id integer not null,
  tagged_at timestamp with time zone not null,
  constraint hub_tagged_builds_pkey PRIMARY KEY (tag_id, build_id),
  constraint hub_tagged_builds_build_id_fkey FOREIGN KEY (build_id) REFERENCES hub_builds(id),
  constraint hub_tagged_builds_tag_id_fkey FOREIGN KEY (tag_id) REFERENCES hub_tags(id)
);

create table hub_tags (
  id integer generated always as identity not null,
  name text not null,
  arches text[] not null,
  constraint hub_tags_name_key UNIQUE (name),
  constraint hub_tags_pkey PRIMARY KEY (id)
);

create table instance (
  id uuid not null
);

create table messages (
  id bigint generated always as identity not null,
  subject text not null,
  revision integer not null,
  topic text not null,
  body jsonb not null,
  created_at timestamp with time zone not null,
  published_at timestamp with time zone,
  uuid uuid not null default gen_random_uuid(),
  constraint messages_subject_revision_key UNIQUE (subject, revision),
  constraint messages_pkey PRIMARY KEY (id)
);
CREATE INDEX messages_unpublished ON public.messages USING btree (id) WHERE (published_at IS NULL);

create table module_build_trace (
  module_build_id integer not null,
  revision integer not null,
  "time" timestamp with time zone not null,
  state text not null,
  reason text,
  constraint module_build_trace_pkey PRIMARY KEY (module_build_id, revision),
  constraint module_build_trace_module_build_id_fkey FOREIGN KEY (module_build_id) REFERENCES module_builds(id)
);

create table module_builds (
  id integer generated always as identity not null,
  name text not null,
  stream text not null,
  version text,
  context text,
  platform text,
  state text not null,
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
  rebuild_strategy text not null default 'all'::text,
  revision integer not null default 0,
  cancelled_by text,
  cancel_reason text,
  time_submitted timestamp with time zone not null,
  time_modified timestamp with time zone not null,
  time_completed timestamp with time zone,
  constraint module_builds_pkey PRIMARY KEY (id),
  constraint module_builds_state_check CHECK ((state = ANY (ARRAY['init'::text, 'wait'::text, 'build'::text, 'done'::text, 'failed'::text, 'ready'::text, 'garbage'::text])))
);
CREATE INDEX module_builds_state ON public.module_builds USING btree (state);
CREATE UNIQUE INDEX module_builds_nsvc ON public.module_builds USING btree (name, stream, version, context) WHERE (state <> ALL (ARRAY['failed'::text, 'garbage'::text]));

create table registered_tags (
  name text not null,
  module_build_id integer not null,
  constraint registered_tags_module_build_id_key UNIQUE (module_build_id),
  constraint registered_tags_pkey PRIMARY KEY (name),
  constraint registered_tags_module_build_id_fkey FOREIGN KEY (module_build_id) REFERENCES module_builds(id)
);

create table test_results (
  id integer generated always as identity not null,
  module_build_id integer not null,
  testcase text not null,
  outcome text not null,
  detail text not null,
  "time" timestamp with time zone not null,
  constraint test_results_module_build_id_testcase_key UNIQUE (module_build_id, testcase),
  constraint test_results_pkey PRIMARY KEY (id),
  constraint test_results_module_build_id_fkey FOREIGN KEY (module_build_id) REFERENCES module_builds(id),
  constraint test_results_outcome_check CHECK ((outcome = ANY (ARRAY['passed'::text, 'failed'::text])))
);

create table waits (
  id bigint generated always as identity not null,
  subject text not null,
  key text not null,
  kind text not null,
  external_id text not null,
  sentence text not null,
  since timestamp with time zone not null,
  next_look timestamp with time zone not null,
  constraint waits_subject_key_key UNIQUE (subject, key),
  constraint waits_pkey PRIMARY KEY (id)
);
CREATE INDEX waits_due ON public.waits USING btree (kind, next_look);
