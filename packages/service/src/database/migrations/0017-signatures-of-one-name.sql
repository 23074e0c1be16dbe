-- Signed copies were told by the names of packages alone: where one name stands for several contents, a copy may lie at
-- the other one. They are made again when they are needed.
delete from hub_rpm_signatures s using hub_rpms r
 where r.id = s.rpm_id
   and exists (select from hub_rpms o where o.sigmd5 <> r.sigmd5
                 and (o.name, o.version, o.release, o.arch) = (r.name, r.version, r.release, r.arch));
