-- The tag that a module gets when it is ready: null of scratch builds, and until the module has tags of its own.
alter table module_builds add column cg_build_koji_tag text;
update module_builds b set cg_build_koji_tag = platform || '-modular-updates-candidate'
 where not scratch and exists (select from registered_tags r where r.module_build_id = b.id);
