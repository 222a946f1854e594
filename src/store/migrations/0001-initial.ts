import type { Migration } from "./migration.ts";

/** Counters are stored cumulative, as the server gave them; rates are made by whoever reads two snapshots. */
export const initial: Migration = {
  version: 1,
  sql: `
create table targets (
  id       integer primary key,
  engine   text    not null,
  host     text    not null,
  port     integer not null,
  database text    not null,
  unique (engine, host, port, database)
) strict;

create table snapshots (
  id                integer primary key,
  target_id         integer not null references targets (id) on delete cascade,
  captured_at       text    not null,
  tool_version      text    not null,
  window_kind       text    not null,
  window_from       text,
  window_to         text    not null,
  server_version    text,
  server_started_at text,
  unique (target_id, captured_at)
) strict;

create table statement_texts (
  id          integer primary key,
  target_id   integer not null references targets (id) on delete cascade,
  fingerprint text    not null,
  database    text    not null,
  kind        text    not null,
  query       text    not null,
  unique (target_id, fingerprint, database, query)
) strict;

create table query_ids (
  target_id         integer not null references targets (id) on delete cascade,
  database          text    not null,
  query_id          text    not null,
  server_life       text    not null,
  statement_text_id integer not null references statement_texts (id) on delete cascade,
  primary key (target_id, database, query_id, server_life)
) strict, without rowid;

create table statement_counters (
  snapshot_id           integer not null references snapshots (id) on delete cascade,
  statement_text_id     integer not null references statement_texts (id),
  calls                 integer not null,
  total_ms              real    not null,
  mean_ms               real    not null,
  min_ms                real,
  max_ms                real,
  stddev_ms             real,
  row_count             integer not null,
  plan_ms               real,
  shared_blocks_hit     integer,
  shared_blocks_read    integer,
  shared_blocks_dirtied integer,
  temp_blocks_read      integer,
  temp_blocks_written   integer,
  block_read_ms         real,
  block_write_ms        real,
  wal_bytes             integer,
  primary key (snapshot_id, statement_text_id)
) strict, without rowid;

create table findings (
  snapshot_id       integer not null references snapshots (id) on delete cascade,
  position          integer not null,
  key               text    not null,
  rule_id           text    not null,
  severity          text    not null,
  confidence        text    not null,
  part_of           text,
  saves_ms_per_hour real,
  suppressed        integer not null,
  document          text    not null,
  primary key (snapshot_id, key)
) strict, without rowid;

create table recommendations (
  snapshot_id integer not null references snapshots (id) on delete cascade,
  position    integer not null,
  key         text    not null,
  document    text    not null,
  primary key (snapshot_id, key)
) strict, without rowid;

create table statement_plans (
  snapshot_id integer not null references snapshots (id) on delete cascade,
  fingerprint text    not null,
  document    text    not null,
  primary key (snapshot_id, fingerprint)
) strict, without rowid;

create index statement_counters_text on statement_counters (statement_text_id);
create index query_ids_text on query_ids (statement_text_id);
`,
};
