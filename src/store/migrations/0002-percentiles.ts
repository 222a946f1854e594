import type { Migration } from "./migration.ts";

/** Logs have percentiles, and may not say how many rows a statement returned. SQLite cannot lift a `not null` in place. */
export const percentiles: Migration = {
  version: 2,
  sql: `
create table statement_counters_2 (
  snapshot_id           integer not null references snapshots (id) on delete cascade,
  statement_text_id     integer not null references statement_texts (id),
  calls                 integer not null,
  total_ms              real    not null,
  mean_ms               real    not null,
  min_ms                real,
  max_ms                real,
  stddev_ms             real,
  p50_ms                real,
  p95_ms                real,
  p99_ms                real,
  row_count             integer,
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

insert into statement_counters_2 (
  snapshot_id, statement_text_id, calls, total_ms, mean_ms, min_ms, max_ms, stddev_ms, row_count, plan_ms,
  shared_blocks_hit, shared_blocks_read, shared_blocks_dirtied, temp_blocks_read, temp_blocks_written,
  block_read_ms, block_write_ms, wal_bytes)
select snapshot_id, statement_text_id, calls, total_ms, mean_ms, min_ms, max_ms, stddev_ms, row_count, plan_ms,
       shared_blocks_hit, shared_blocks_read, shared_blocks_dirtied, temp_blocks_read, temp_blocks_written,
       block_read_ms, block_write_ms, wal_bytes
from   statement_counters;

drop table statement_counters;
alter table statement_counters_2 rename to statement_counters;
create index statement_counters_text on statement_counters (statement_text_id);
`,
};
