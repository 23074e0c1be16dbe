-- Tags are taken for a module that is being imported, too, before there is a build of it.
alter table registered_tags alter column module_build_id drop not null;
alter table registered_tags add column imported text unique;
alter table registered_tags add constraint registered_tags_holder check (num_nonnulls(module_build_id, imported) = 1);
