-- Tells every process that listens to it that rows were committed, without a statement of its own. PostgreSQL sends
-- equal notifications of one transaction once.
create function announce_rows() returns trigger language plpgsql as $$
begin
  perform pg_notify('mbs_rows', tg_argv[0]);
  return null;
end $$;
create trigger messages_announced after insert on messages
  for each statement execute function announce_rows('messages');
create trigger waits_announced after insert on waits
  for each statement execute function announce_rows('waits');
