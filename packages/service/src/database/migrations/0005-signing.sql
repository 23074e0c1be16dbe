-- The keys that sign packages and repositories, their public part alone: who holds the secret one is configured. Keys
-- are never removed, because what they have signed is still about. An older release can run beside it: it signs nothing.
create table signing_keys (
  id text primary key check (id ~ '^[0-9a-f]{8}$'),
  fingerprint text not null unique,
  public_key text not null,
  created_at timestamptz not null,
  retired_at timestamptz
);

-- At most one signs.
create unique index signing_keys_active on signing_keys ((true)) where retired_at is null;
