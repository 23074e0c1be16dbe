-- Streams that come to their end, or have: from that day on nothing is built of them.
create table module_retirements (
  name text not null,
  stream text not null,
  eol timestamptz not null,
  reason text not null,
  obsoleted_by text,
  retired_by text not null,
  time_modified timestamptz not null,
  primary key (name, stream)
);
