-- One index for each column that lists are filtered or ordered by; the id makes the order of a list total. An entry of an
-- index may have 2704 bytes, so it has only the beginning of a text of any length.
create index module_builds_by_stream on module_builds (stream, id);
create index module_builds_by_version on module_builds (version, id);
create index module_builds_by_version_number on module_builds (version_number, id);
create index module_builds_by_context on module_builds (context, id);
create index module_builds_by_owner on module_builds (left(owner, 500), id);
create index module_builds_by_scmurl on module_builds (left(scmurl, 500), id);
create index module_builds_by_state_reason on module_builds (left(state_reason, 500), id);
create index module_builds_by_state on module_builds
  (array_position(array['init', 'wait', 'build', 'done', 'failed', 'ready', 'garbage'], state), id);
create index module_builds_by_build_context on module_builds (build_context, id);
create index module_builds_by_build_context_no_bms on module_builds (build_context_no_bms, id);
create index module_builds_by_runtime_context on module_builds (runtime_context, id);
create index module_builds_by_rebuild_strategy on module_builds (rebuild_strategy, id);
create index module_builds_by_candidate_tag on module_builds (cg_build_koji_tag, id);
create index module_builds_by_batch on module_builds (batch, id);
create index module_builds_by_reused_module on module_builds (reused_module_id, id);
create index module_builds_by_stream_version on module_builds (stream_version, id);
create index module_builds_by_scratch on module_builds (scratch, id);
create index module_builds_by_submission on module_builds (time_submitted, id);
create index module_builds_by_modification on module_builds (time_modified, id);
create index module_builds_by_completion on module_builds (time_completed, id);
create index component_builds_by_package on component_builds (package, id);
create index component_builds_by_format on component_builds (format, id);
create index component_builds_by_nvr on component_builds (nvr, id);
create index component_builds_by_task on component_builds (task_id, id);
create index component_builds_by_batch on component_builds (batch, id);
create index component_builds_by_scmurl on component_builds (left(scmurl, 500), id);
create index component_builds_by_ref on component_builds (left(ref, 500), id);
create index component_builds_by_state_reason on component_builds (left(state_reason, 500), id);
create index component_builds_by_state on component_builds
  (array_position(array['building', 'complete', 'failed', 'canceled'], state), id);
create index component_builds_by_state_name on component_builds (state, id);
create index component_builds_by_build_time on component_builds (build_time_only, id);
create index component_builds_by_buildonly on component_builds (buildonly, id);
create index component_builds_by_tagged on component_builds
  ((case when state = 'complete' then true else false end), id);
create index component_builds_by_tagged_in_final on component_builds
  ((case when state = 'complete' then not build_time_only else false end), id);
create index component_builds_by_reused on component_builds (reused_component_id, id);
drop index component_builds_reused;
