-- Printed from the catalogs after all migrations; a test keeps it true (UPDATE_SCHEMA=1 writes it anew).

create table artifact_moves (
  sha256 text not null,
  path text not null,
  constraint artifact_moves_pkey PRIMARY KEY (sha256),
  constraint artifact_moves_artifact_fkey FOREIGN KEY (sha256) REFERENCES artifacts(sha256)
);

create table artifact_removals (
  sha256 text not null,
  constraint artifact_removals_pkey PRIMARY KEY (sha256)
);

create table artifacts (
  sha256 text not null,
  size bigint not null,
  claimed_at timestamp with time zone not null,
  constraint artifacts_pkey PRIMARY KEY (sha256),
  constraint artifacts_sha256_check CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text)),
  constraint artifacts_size_check CHECK ((size >= 0))
);
CREATE INDEX artifacts_claimed_at ON public.artifacts USING btree (claimed_at);

create table audit_log (
  id bigint generated always as identity not null,
  at timestamp with time zone not null,
  caller text not null,
  request text not null,
  action text not null,
  body jsonb,
  constraint audit_log_pkey PRIMARY KEY (id)
);

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
  arches text[],
  srpm text,
  cache text,
  buildonly boolean not null default false,
  in_buildroot boolean not null default false,
  in_srpm_buildroot boolean not null default false,
  included_from text,
  expected_seconds double precision,
  expected_error double precision,
  reused_component_id integer,
  reuse_code text,
  reuse_detail text,
  dependencies jsonb,
  missing_after integer,
  lost_attempts integer not null default 0,
  constraint component_builds_module_build_id_package_key UNIQUE (module_build_id, package),
  constraint component_builds_pkey PRIMARY KEY (id),
  constraint component_builds_module_build_id_fkey FOREIGN KEY (module_build_id) REFERENCES module_builds(id),
  constraint component_builds_reused_component_id_fkey FOREIGN KEY (reused_component_id) REFERENCES component_builds(id),
  constraint component_builds_srpm_artifact_fkey FOREIGN KEY (srpm) REFERENCES artifacts(sha256),
  constraint component_builds_state_check CHECK ((state = ANY (ARRAY['building'::text, 'complete'::text, 'failed'::text, 'canceled'::text])))
);
CREATE INDEX component_builds_building ON public.component_builds USING btree (module_build_id) WHERE (state = 'building'::text);
CREATE INDEX component_builds_by_batch ON public.component_builds USING btree (batch, id);
CREATE INDEX component_builds_by_build_time ON public.component_builds USING btree (build_time_only, id);
CREATE INDEX component_builds_by_buildonly ON public.component_builds USING btree (buildonly, id);
CREATE INDEX component_builds_by_format ON public.component_builds USING btree (format, id);
CREATE INDEX component_builds_by_nvr ON public.component_builds USING btree (nvr, id);
CREATE INDEX component_builds_by_package ON public.component_builds USING btree (package, id);
CREATE INDEX component_builds_by_ref ON public.component_builds USING btree ("left"(ref, 500), id);
CREATE INDEX component_builds_by_reused ON public.component_builds USING btree (reused_component_id, id);
CREATE INDEX component_builds_by_scmurl ON public.component_builds USING btree ("left"(scmurl, 500), id);
CREATE INDEX component_builds_by_state ON public.component_builds USING btree (array_position(ARRAY['building'::text, 'complete'::text, 'failed'::text, 'canceled'::text], state), id);
CREATE INDEX component_builds_by_state_name ON public.component_builds USING btree (state, id);
CREATE INDEX component_builds_by_state_reason ON public.component_builds USING btree ("left"(state_reason, 500), id);
CREATE INDEX component_builds_by_tagged ON public.component_builds USING btree ((
CASE
    WHEN (state = 'complete'::text) THEN true
    ELSE false
END), id);
CREATE INDEX component_builds_by_tagged_in_final ON public.component_builds USING btree ((
CASE
    WHEN (state = 'complete'::text) THEN (NOT build_time_only)
    ELSE false
END), id);
CREATE INDEX component_builds_by_task ON public.component_builds USING btree (task_id, id);
CREATE INDEX component_builds_history ON public.component_builds USING btree (package, time_completed DESC) WHERE ((state = 'complete'::text) AND (reused_component_id IS NULL));
CREATE INDEX component_builds_srpm ON public.component_builds USING btree (srpm) WHERE (srpm IS NOT NULL);

create table composes (
  id integer generated always as identity not null,
  platform text not null,
  state text not null,
  state_reason text,
  modules jsonb not null,
  revision integer not null default 0,
  time_requested timestamp with time zone not null,
  time_completed timestamp with time zone,
  signing_key text,
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
  answered text,
  constraint effects_subject_key_key UNIQUE (subject, key),
  constraint effects_pkey PRIMARY KEY (id),
  constraint effects_blame_check CHECK ((blame = ANY (ARRAY['user'::text, 'infra'::text, 'bug'::text]))),
  constraint effects_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'done'::text, 'failed'::text, 'parked'::text, 'canceled'::text])))
);
CREATE INDEX effects_open ON public.effects USING btree (state, id) WHERE (state = ANY (ARRAY['queued'::text, 'parked'::text]));

create table hub_archive_files (
  archive_id integer not null,
  component_id integer not null,
  constraint hub_archive_files_pkey PRIMARY KEY (archive_id, component_id),
  constraint hub_archive_files_archive_id_fkey FOREIGN KEY (archive_id) REFERENCES hub_archives(id),
  constraint hub_archive_files_component_id_fkey FOREIGN KEY (component_id) REFERENCES hub_archives(id)
);

create table hub_archive_rpms (
  archive_id integer not null,
  rpm_id integer not null,
  constraint hub_archive_rpms_pkey PRIMARY KEY (archive_id, rpm_id),
  constraint hub_archive_rpms_archive_id_fkey FOREIGN KEY (archive_id) REFERENCES hub_archives(id),
  constraint hub_archive_rpms_rpm_id_fkey FOREIGN KEY (rpm_id) REFERENCES hub_rpms(id)
);
CREATE INDEX hub_archive_rpms_rpm_idx ON public.hub_archive_rpms USING btree (rpm_id);

create table hub_archives (
  id integer generated always as identity not null,
  build_id integer not null,
  buildroot_id integer,
  type text not null,
  filename text not null,
  subdir text not null,
  arch text,
  size bigint not null,
  checksum_type text not null,
  checksum text not null,
  sha256 text not null,
  extra jsonb,
  constraint hub_archives_build_id_type_subdir_filename_key UNIQUE (build_id, type, subdir, filename),
  constraint hub_archives_pkey PRIMARY KEY (id),
  constraint hub_archives_artifact_fkey FOREIGN KEY (sha256) REFERENCES artifacts(sha256),
  constraint hub_archives_build_id_fkey FOREIGN KEY (build_id) REFERENCES hub_builds(id),
  constraint hub_archives_buildroot_id_fkey FOREIGN KEY (buildroot_id) REFERENCES hub_buildroots(id),
  constraint hub_archives_type_fkey FOREIGN KEY (type) REFERENCES hub_build_types(name)
);
CREATE INDEX hub_archives_checksum_idx ON public.hub_archives USING btree (checksum, filename);
CREATE INDEX hub_archives_sha256_idx ON public.hub_archives USING btree (sha256);

create table hub_build_typeinfos (
  build_id integer not null,
  type text not null,
  typeinfo jsonb,
  constraint hub_build_typeinfos_pkey PRIMARY KEY (build_id, type),
  constraint hub_build_typeinfos_build_id_fkey FOREIGN KEY (build_id) REFERENCES hub_builds(id),
  constraint hub_build_typeinfos_type_fkey FOREIGN KEY (type) REFERENCES hub_build_types(name)
);
CREATE INDEX hub_build_typeinfos_type_idx ON public.hub_build_typeinfos USING btree (type);

create table hub_build_types (
  name text not null,
  constraint hub_build_types_pkey PRIMARY KEY (name)
);

create table hub_buildroots (
  id integer generated always as identity not null,
  build_id integer not null,
  host_os text,
  host_arch text not null,
  container_type text not null,
  container_arch text not null,
  content_generator_version text,
  tools jsonb not null,
  extra jsonb,
  record_sha256 text not null,
  constraint hub_buildroots_pkey PRIMARY KEY (id),
  constraint hub_buildroots_artifact_fkey FOREIGN KEY (record_sha256) REFERENCES artifacts(sha256),
  constraint hub_buildroots_build_id_fkey FOREIGN KEY (build_id) REFERENCES hub_builds(id)
);
CREATE INDEX hub_buildroots_build_idx ON public.hub_buildroots USING btree (build_id);
CREATE INDEX hub_buildroots_record_idx ON public.hub_buildroots USING btree (record_sha256);

create table hub_builds (
  id integer generated always as identity not null,
  package_id integer not null,
  version text not null,
  release text not null,
  epoch bigint,
  state smallint not null,
  owner_id integer not null,
  content_generator_id integer,
  source text,
  extra jsonb,
  created_at timestamp with time zone not null,
  started_at timestamp with time zone,
  completed_at timestamp with time zone,
  token text,
  metadata_sha256 text,
  constraint hub_builds_package_id_version_release_key UNIQUE (package_id, version, release),
  constraint hub_builds_pkey1 PRIMARY KEY (id),
  constraint hub_builds_artifact_fkey FOREIGN KEY (metadata_sha256) REFERENCES artifacts(sha256),
  constraint hub_builds_content_generator_id_fkey FOREIGN KEY (content_generator_id) REFERENCES hub_content_generators(id),
  constraint hub_builds_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES hub_users(id),
  constraint hub_builds_package_id_fkey FOREIGN KEY (package_id) REFERENCES hub_packages(id),
  constraint hub_builds_state_check CHECK (((state >= 0) AND (state <= 4)))
);
CREATE INDEX hub_builds_metadata_idx ON public.hub_builds USING btree (metadata_sha256);

create table hub_content_generator_users (
  content_generator_id integer not null,
  user_id integer not null,
  create_event bigint not null,
  revoke_event bigint,
  constraint hub_content_generator_users_content_generator_id_fkey FOREIGN KEY (content_generator_id) REFERENCES hub_content_generators(id),
  constraint hub_content_generator_users_create_event_fkey FOREIGN KEY (create_event) REFERENCES hub_events(id),
  constraint hub_content_generator_users_revoke_event_fkey FOREIGN KEY (revoke_event) REFERENCES hub_events(id),
  constraint hub_content_generator_users_user_id_fkey FOREIGN KEY (user_id) REFERENCES hub_users(id)
);
CREATE UNIQUE INDEX hub_content_generator_users_key ON public.hub_content_generator_users USING btree (content_generator_id, user_id) WHERE (revoke_event IS NULL);

create table hub_content_generators (
  id integer generated always as identity not null,
  name text not null,
  constraint hub_content_generators_name_key UNIQUE (name),
  constraint hub_content_generators_pkey PRIMARY KEY (id)
);

create table hub_events (
  id bigint generated always as identity not null,
  at timestamp with time zone not null,
  user_id integer not null,
  constraint hub_events_pkey PRIMARY KEY (id),
  constraint hub_events_user_id_fkey FOREIGN KEY (user_id) REFERENCES hub_users(id)
);

create table hub_logs (
  build_id integer not null,
  subdir text not null,
  filename text not null,
  size bigint not null,
  sha256 text not null,
  constraint hub_logs_pkey PRIMARY KEY (build_id, subdir, filename),
  constraint hub_logs_artifact_fkey FOREIGN KEY (sha256) REFERENCES artifacts(sha256),
  constraint hub_logs_build_id_fkey FOREIGN KEY (build_id) REFERENCES hub_builds(id)
);
CREATE INDEX hub_logs_sha256_idx ON public.hub_logs USING btree (sha256);

create table hub_module_names (
  name text not null,
  version text not null,
  module text not null,
  stream text not null,
  constraint hub_module_names_pkey PRIMARY KEY (name, version)
);

create table hub_packages (
  id integer generated always as identity not null,
  name text not null,
  constraint hub_packages_name_key UNIQUE (name),
  constraint hub_packages_pkey PRIMARY KEY (id)
);

create table hub_permissions (
  user_id integer not null,
  permission text not null,
  create_event bigint not null,
  revoke_event bigint,
  constraint hub_permissions_create_event_fkey FOREIGN KEY (create_event) REFERENCES hub_events(id),
  constraint hub_permissions_revoke_event_fkey FOREIGN KEY (revoke_event) REFERENCES hub_events(id),
  constraint hub_permissions_user_id_fkey FOREIGN KEY (user_id) REFERENCES hub_users(id)
);
CREATE UNIQUE INDEX hub_permissions_key ON public.hub_permissions USING btree (user_id, permission) WHERE (revoke_event IS NULL);

create table hub_rpm_signatures (
  rpm_id integer not null,
  key_id text not null,
  sha256 text not null,
  size bigint not null,
  signed_at timestamp with time zone not null,
  constraint hub_rpm_signatures_pkey PRIMARY KEY (rpm_id, key_id),
  constraint hub_rpm_signatures_artifact_fkey FOREIGN KEY (sha256) REFERENCES artifacts(sha256),
  constraint hub_rpm_signatures_rpm_id_fkey FOREIGN KEY (rpm_id) REFERENCES hub_rpms(id),
  constraint hub_rpm_signatures_key_id_check CHECK ((key_id ~ '^[0-9a-f]{8}$'::text))
);
CREATE INDEX hub_rpm_signatures_sha256_idx ON public.hub_rpm_signatures USING btree (sha256);

create table hub_rpms (
  id integer generated always as identity not null,
  build_id integer not null,
  buildroot_id integer,
  nevra text not null,
  name text not null,
  version text not null,
  release text not null,
  epoch bigint,
  arch text not null,
  size bigint not null,
  sha256 text not null,
  sigmd5 text not null,
  built_at timestamp with time zone,
  extra jsonb,
  constraint hub_rpms_build_id_nevra_key UNIQUE (build_id, nevra),
  constraint hub_rpms_pkey1 PRIMARY KEY (id),
  constraint hub_rpms_artifact_fkey FOREIGN KEY (sha256) REFERENCES artifacts(sha256),
  constraint hub_rpms_build_id_fkey1 FOREIGN KEY (build_id) REFERENCES hub_builds(id),
  constraint hub_rpms_buildroot_id_fkey FOREIGN KEY (buildroot_id) REFERENCES hub_buildroots(id)
);
CREATE INDEX hub_rpms_name_idx ON public.hub_rpms USING btree (name, version, release, arch);
CREATE INDEX hub_rpms_sha256_idx ON public.hub_rpms USING btree (sha256);

create table hub_tag_configs (
  tag_id integer not null,
  arches text not null,
  permission text,
  locked boolean not null,
  create_event bigint not null,
  revoke_event bigint,
  constraint hub_tag_configs_create_event_fkey FOREIGN KEY (create_event) REFERENCES hub_events(id),
  constraint hub_tag_configs_revoke_event_fkey FOREIGN KEY (revoke_event) REFERENCES hub_events(id),
  constraint hub_tag_configs_tag_id_fkey FOREIGN KEY (tag_id) REFERENCES hub_tags(id)
);
CREATE INDEX hub_tag_configs_history_idx ON public.hub_tag_configs USING btree (tag_id, create_event);
CREATE UNIQUE INDEX hub_tag_configs_key ON public.hub_tag_configs USING btree (tag_id) WHERE (revoke_event IS NULL);

create table hub_tag_extras (
  tag_id integer not null,
  key text not null,
  value jsonb,
  blocked boolean not null,
  create_event bigint not null,
  revoke_event bigint,
  constraint hub_tag_extras_create_event_fkey FOREIGN KEY (create_event) REFERENCES hub_events(id),
  constraint hub_tag_extras_revoke_event_fkey FOREIGN KEY (revoke_event) REFERENCES hub_events(id),
  constraint hub_tag_extras_tag_id_fkey FOREIGN KEY (tag_id) REFERENCES hub_tags(id)
);
CREATE INDEX hub_tag_extras_history_idx ON public.hub_tag_extras USING btree (tag_id, create_event);
CREATE UNIQUE INDEX hub_tag_extras_key ON public.hub_tag_extras USING btree (tag_id, key) WHERE (revoke_event IS NULL);

create table hub_tag_group_packages (
  tag_id integer not null,
  group_name text not null,
  package text not null,
  blocked boolean not null,
  type text not null,
  basearchonly boolean not null,
  requires text,
  create_event bigint not null,
  revoke_event bigint,
  constraint hub_tag_group_packages_create_event_fkey FOREIGN KEY (create_event) REFERENCES hub_events(id),
  constraint hub_tag_group_packages_revoke_event_fkey FOREIGN KEY (revoke_event) REFERENCES hub_events(id),
  constraint hub_tag_group_packages_tag_id_fkey FOREIGN KEY (tag_id) REFERENCES hub_tags(id)
);
CREATE UNIQUE INDEX hub_tag_group_packages_key ON public.hub_tag_group_packages USING btree (tag_id, group_name, package) WHERE (revoke_event IS NULL);

create table hub_tag_group_requirements (
  tag_id integer not null,
  group_name text not null,
  requirement text not null,
  blocked boolean not null,
  type text not null,
  is_metapkg boolean not null,
  create_event bigint not null,
  revoke_event bigint,
  constraint hub_tag_group_requirements_create_event_fkey FOREIGN KEY (create_event) REFERENCES hub_events(id),
  constraint hub_tag_group_requirements_revoke_event_fkey FOREIGN KEY (revoke_event) REFERENCES hub_events(id),
  constraint hub_tag_group_requirements_tag_id_fkey FOREIGN KEY (tag_id) REFERENCES hub_tags(id)
);
CREATE UNIQUE INDEX hub_tag_group_requirements_key ON public.hub_tag_group_requirements USING btree (tag_id, group_name, requirement) WHERE (revoke_event IS NULL);

create table hub_tag_groups (
  tag_id integer not null,
  name text not null,
  blocked boolean not null,
  exported boolean not null,
  display_name text not null,
  is_default boolean not null,
  uservisible boolean not null,
  description text not null,
  langonly text,
  biarchonly boolean not null,
  create_event bigint not null,
  revoke_event bigint,
  constraint hub_tag_groups_create_event_fkey FOREIGN KEY (create_event) REFERENCES hub_events(id),
  constraint hub_tag_groups_revoke_event_fkey FOREIGN KEY (revoke_event) REFERENCES hub_events(id),
  constraint hub_tag_groups_tag_id_fkey1 FOREIGN KEY (tag_id) REFERENCES hub_tags(id)
);
CREATE UNIQUE INDEX hub_tag_groups_key ON public.hub_tag_groups USING btree (tag_id, name) WHERE (revoke_event IS NULL);

create table hub_tag_inheritance (
  tag_id integer not null,
  parent_id integer not null,
  priority integer not null,
  maxdepth integer,
  intransitive boolean not null,
  noconfig boolean not null,
  pkg_filter text not null,
  create_event bigint not null,
  revoke_event bigint,
  constraint hub_tag_inheritance_create_event_fkey FOREIGN KEY (create_event) REFERENCES hub_events(id),
  constraint hub_tag_inheritance_parent_id_fkey1 FOREIGN KEY (parent_id) REFERENCES hub_tags(id),
  constraint hub_tag_inheritance_revoke_event_fkey FOREIGN KEY (revoke_event) REFERENCES hub_events(id),
  constraint hub_tag_inheritance_tag_id_fkey1 FOREIGN KEY (tag_id) REFERENCES hub_tags(id)
);
CREATE INDEX hub_tag_inheritance_history_idx ON public.hub_tag_inheritance USING btree (tag_id, create_event);
CREATE INDEX hub_tag_inheritance_parent_idx ON public.hub_tag_inheritance USING btree (parent_id);
CREATE UNIQUE INDEX hub_tag_inheritance_key ON public.hub_tag_inheritance USING btree (tag_id, parent_id) WHERE (revoke_event IS NULL);
CREATE UNIQUE INDEX hub_tag_inheritance_priority_key ON public.hub_tag_inheritance USING btree (tag_id, priority) WHERE (revoke_event IS NULL);

create table hub_tag_package_owners (
  tag_id integer not null,
  package_id integer not null,
  owner_id integer not null,
  create_event bigint not null,
  revoke_event bigint,
  constraint hub_tag_package_owners_create_event_fkey FOREIGN KEY (create_event) REFERENCES hub_events(id),
  constraint hub_tag_package_owners_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES hub_users(id),
  constraint hub_tag_package_owners_package_id_fkey FOREIGN KEY (package_id) REFERENCES hub_packages(id),
  constraint hub_tag_package_owners_revoke_event_fkey FOREIGN KEY (revoke_event) REFERENCES hub_events(id),
  constraint hub_tag_package_owners_tag_id_fkey FOREIGN KEY (tag_id) REFERENCES hub_tags(id)
);
CREATE INDEX hub_tag_package_owners_history_idx ON public.hub_tag_package_owners USING btree (tag_id, create_event);
CREATE UNIQUE INDEX hub_tag_package_owners_key ON public.hub_tag_package_owners USING btree (tag_id, package_id) WHERE (revoke_event IS NULL);

create table hub_tag_packages (
  tag_id integer not null,
  package_id integer not null,
  extra_arches text not null,
  blocked boolean not null,
  create_event bigint not null,
  revoke_event bigint,
  constraint hub_tag_packages_create_event_fkey FOREIGN KEY (create_event) REFERENCES hub_events(id),
  constraint hub_tag_packages_package_id_fkey FOREIGN KEY (package_id) REFERENCES hub_packages(id),
  constraint hub_tag_packages_revoke_event_fkey FOREIGN KEY (revoke_event) REFERENCES hub_events(id),
  constraint hub_tag_packages_tag_id_fkey FOREIGN KEY (tag_id) REFERENCES hub_tags(id)
);
CREATE INDEX hub_tag_packages_history_idx ON public.hub_tag_packages USING btree (tag_id, create_event);
CREATE UNIQUE INDEX hub_tag_packages_key ON public.hub_tag_packages USING btree (tag_id, package_id) WHERE (revoke_event IS NULL);

create table hub_tagged_builds (
  tag_id integer not null,
  build_id integer not null,
  package_id integer not null,
  create_event bigint not null,
  revoke_event bigint,
  constraint hub_tagged_builds_build_id_fkey1 FOREIGN KEY (build_id) REFERENCES hub_builds(id),
  constraint hub_tagged_builds_create_event_fkey FOREIGN KEY (create_event) REFERENCES hub_events(id),
  constraint hub_tagged_builds_package_id_fkey FOREIGN KEY (package_id) REFERENCES hub_packages(id),
  constraint hub_tagged_builds_revoke_event_fkey FOREIGN KEY (revoke_event) REFERENCES hub_events(id),
  constraint hub_tagged_builds_tag_id_fkey1 FOREIGN KEY (tag_id) REFERENCES hub_tags(id)
);
CREATE INDEX hub_tagged_builds_build_idx ON public.hub_tagged_builds USING btree (build_id);
CREATE INDEX hub_tagged_builds_create_idx ON public.hub_tagged_builds USING btree (tag_id, create_event);
CREATE INDEX hub_tagged_builds_history_idx ON public.hub_tagged_builds USING btree (tag_id, package_id, create_event DESC, build_id DESC);
CREATE INDEX hub_tagged_builds_revoke_idx ON public.hub_tagged_builds USING btree (tag_id, revoke_event) WHERE (revoke_event IS NOT NULL);
CREATE UNIQUE INDEX hub_tagged_builds_key ON public.hub_tagged_builds USING btree (tag_id, build_id) WHERE (revoke_event IS NULL);

create table hub_tags (
  id integer generated always as identity not null,
  name text not null,
  constraint hub_tags_name_key1 UNIQUE (name),
  constraint hub_tags_pkey1 PRIMARY KEY (id)
);

create table hub_target_configs (
  target_id integer not null,
  build_tag_id integer not null,
  dest_tag_id integer not null,
  create_event bigint not null,
  revoke_event bigint,
  constraint hub_target_configs_build_tag_id_fkey FOREIGN KEY (build_tag_id) REFERENCES hub_tags(id),
  constraint hub_target_configs_create_event_fkey FOREIGN KEY (create_event) REFERENCES hub_events(id),
  constraint hub_target_configs_dest_tag_id_fkey FOREIGN KEY (dest_tag_id) REFERENCES hub_tags(id),
  constraint hub_target_configs_revoke_event_fkey FOREIGN KEY (revoke_event) REFERENCES hub_events(id),
  constraint hub_target_configs_target_id_fkey FOREIGN KEY (target_id) REFERENCES hub_targets(id)
);
CREATE INDEX hub_target_configs_tags_idx ON public.hub_target_configs USING btree (build_tag_id, dest_tag_id);
CREATE UNIQUE INDEX hub_target_configs_key ON public.hub_target_configs USING btree (target_id) WHERE (revoke_event IS NULL);

create table hub_targets (
  id integer generated always as identity not null,
  name text not null,
  constraint hub_targets_name_key UNIQUE (name),
  constraint hub_targets_pkey PRIMARY KEY (id)
);

create table hub_users (
  id integer generated always as identity not null,
  name text not null,
  constraint hub_users_name_key UNIQUE (name),
  constraint hub_users_pkey PRIMARY KEY (id)
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

create table module_build_bases (
  module_build_id integer not null,
  base_id integer not null,
  constraint module_build_bases_pkey PRIMARY KEY (module_build_id, base_id),
  constraint module_build_bases_base_id_fkey FOREIGN KEY (base_id) REFERENCES module_builds(id),
  constraint module_build_bases_module_build_id_fkey FOREIGN KEY (module_build_id) REFERENCES module_builds(id)
);
CREATE INDEX module_build_bases_base ON public.module_build_bases USING btree (base_id);

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
  scmurl text,
  branch text,
  modulemd text,
  final_modulemd text,
  build_context text,
  runtime_context text,
  dist_tag text,
  koji_tag text,
  batch integer not null default 0,
  scratch boolean not null default false,
  rebuild_strategy text not null default 'changed-and-after'::text,
  revision integer not null default 0,
  cancelled_by text,
  cancel_reason text,
  time_submitted timestamp with time zone not null,
  time_modified timestamp with time zone not null,
  time_completed timestamp with time zone,
  request jsonb not null default '{}'::jsonb,
  version_number numeric(20,0) default 
CASE
    WHEN (version ~ '^[0-9]{1,20}$'::text) THEN (version)::numeric
    ELSE NULL::numeric
END,
  stream_version double precision,
  virtual_streams text[] not null default '{}'::text[],
  is_configured boolean not null default false,
  arches text[] not null default '{}'::text[],
  buildrequires jsonb,
  requires jsonb,
  build_context_no_bms text,
  commit text,
  srpms text[] not null default '{}'::text[],
  reused_module_id integer,
  cg_build_koji_tag text,
  dependency_order boolean not null default false,
  constraint module_builds_pkey PRIMARY KEY (id),
  constraint module_builds_reused_module_id_fkey FOREIGN KEY (reused_module_id) REFERENCES module_builds(id),
  constraint module_builds_state_check CHECK ((state = ANY (ARRAY['init'::text, 'wait'::text, 'build'::text, 'done'::text, 'failed'::text, 'ready'::text, 'garbage'::text])))
);
CREATE INDEX module_builds_by_batch ON public.module_builds USING btree (batch, id);
CREATE INDEX module_builds_by_build_context ON public.module_builds USING btree (build_context, id);
CREATE INDEX module_builds_by_build_context_no_bms ON public.module_builds USING btree (build_context_no_bms, id);
CREATE INDEX module_builds_by_candidate_tag ON public.module_builds USING btree (cg_build_koji_tag, id);
CREATE INDEX module_builds_by_completion ON public.module_builds USING btree (time_completed, id);
CREATE INDEX module_builds_by_context ON public.module_builds USING btree (context, id);
CREATE INDEX module_builds_by_modification ON public.module_builds USING btree (time_modified, id);
CREATE INDEX module_builds_by_owner ON public.module_builds USING btree ("left"(owner, 500), id);
CREATE INDEX module_builds_by_rebuild_strategy ON public.module_builds USING btree (rebuild_strategy, id);
CREATE INDEX module_builds_by_reused_module ON public.module_builds USING btree (reused_module_id, id);
CREATE INDEX module_builds_by_runtime_context ON public.module_builds USING btree (runtime_context, id);
CREATE INDEX module_builds_by_scmurl ON public.module_builds USING btree ("left"(scmurl, 500), id);
CREATE INDEX module_builds_by_scratch ON public.module_builds USING btree (scratch, id);
CREATE INDEX module_builds_by_state ON public.module_builds USING btree (array_position(ARRAY['init'::text, 'wait'::text, 'build'::text, 'done'::text, 'failed'::text, 'ready'::text, 'garbage'::text], state), id);
CREATE INDEX module_builds_by_state_reason ON public.module_builds USING btree ("left"(state_reason, 500), id);
CREATE INDEX module_builds_by_stream ON public.module_builds USING btree (stream, id);
CREATE INDEX module_builds_by_stream_version ON public.module_builds USING btree (stream_version, id);
CREATE INDEX module_builds_by_submission ON public.module_builds USING btree (time_submitted, id);
CREATE INDEX module_builds_by_version ON public.module_builds USING btree (version, id);
CREATE INDEX module_builds_by_version_number ON public.module_builds USING btree (version_number, id);
CREATE INDEX module_builds_dist_tag ON public.module_builds USING btree (dist_tag);
CREATE INDEX module_builds_koji_tag ON public.module_builds USING btree (koji_tag);
CREATE INDEX module_builds_state ON public.module_builds USING btree (state);
CREATE INDEX module_builds_stream ON public.module_builds USING btree (name, stream, version_number DESC);
CREATE INDEX module_builds_version ON public.module_builds USING btree (name, stream, version);
CREATE INDEX module_builds_virtual_streams ON public.module_builds USING gin (virtual_streams);
CREATE UNIQUE INDEX module_builds_nsvc ON public.module_builds USING btree (name, stream, version, context, scratch) WHERE (state <> ALL (ARRAY['failed'::text, 'garbage'::text]));

create table module_retirements (
  name text not null,
  stream text not null,
  eol timestamp with time zone not null,
  reason text not null,
  obsoleted_by text,
  retired_by text not null,
  time_modified timestamp with time zone not null,
  constraint module_retirements_pkey PRIMARY KEY (name, stream)
);

create table registered_tags (
  name text not null,
  module_build_id integer,
  build_tag text not null,
  imported text,
  constraint registered_tags_imported_key UNIQUE (imported),
  constraint registered_tags_module_build_id_key UNIQUE (module_build_id),
  constraint registered_tags_pkey PRIMARY KEY (name),
  constraint registered_tags_module_build_id_fkey FOREIGN KEY (module_build_id) REFERENCES module_builds(id),
  constraint registered_tags_holder CHECK ((num_nonnulls(module_build_id, imported) = 1))
);

create table signing_keys (
  id text not null,
  fingerprint text not null,
  public_key text not null,
  created_at timestamp with time zone not null,
  retired_at timestamp with time zone,
  constraint signing_keys_fingerprint_key UNIQUE (fingerprint),
  constraint signing_keys_pkey PRIMARY KEY (id),
  constraint signing_keys_id_check CHECK ((id ~ '^[0-9a-f]{8}$'::text))
);
CREATE UNIQUE INDEX signing_keys_active ON public.signing_keys USING btree ((true)) WHERE (retired_at IS NULL);

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
