-- Who may put builds into the tags that the service makes, or take them out: until now everybody who was logged in.
-- What the tags said before is not kept: it was a hole.
update hub_tag_configs set permission = 'module-build'
  where revoke_event is null and permission is null
    and tag_id in (
      select t.id from hub_tags t
       where exists (select from registered_tags r where t.name in (r.name, r.build_tag))
          or t.name in (select distinct cg_build_koji_tag from module_builds where cg_build_koji_tag is not null)
          or t.name like '%-modular-devel-candidate' or t.name like 'published/%');
