-- Who has changed what: a line in each transaction that somebody's request made. It only grows.
create table audit_log (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  caller text not null,
  request text not null,
  action text not null,
  body jsonb
);
create function audit_log_only_grows() returns trigger language plpgsql as $$
begin
  raise exception 'the audit log only grows';
end $$;
create trigger audit_log_only_grows before update or delete or truncate on audit_log
  for each statement execute function audit_log_only_grows();
