-- Files by the digest of their content: what room refers to one does so by a foreign key, and what nobody refers to is
-- collected. An older release can run beside it.

create table artifacts (
  sha256 text primary key check (sha256 ~ '^[0-9a-f]{64}$'),
  size bigint not null check (size >= 0),
  claimed_at timestamptz not null
);

-- The collector's: what was claimed long ago.
create index artifacts_claimed_at on artifacts (claimed_at);

-- Files that are being removed: their artifacts are no more, so that nobody can refer to them.
create table artifact_removals (sha256 text primary key);
