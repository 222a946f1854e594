import type pg from "pg";
import { execute, settle, waitUntil, withClient } from "./shop.ts";

/** Healthy, although it looks otherwise at first sight: every index has its own work, every scan reads what it needs. */
const SCHEMA: readonly string[] = [
  "create extension if not exists btree_gist",
  // Small lookup tables, one with a key of two columns.
  "create table countries (code char(2) primary key, name text not null)",
  "create table tenants (id int primary key, name text not null, parent_id int references tenants)",
  "insert into countries select chr(65 + i / 26) || chr(65 + i % 26), 'country ' || i from generate_series(0, 99) i",
  "insert into tenants select i, 'tenant ' || i, nullif(i / 10, 0) from generate_series(1, 60) i",
  // Expression, pattern and partial indexes; a self reference behind a partial index; a key in another column order.
  `create table people (id bigint primary key, tenant_id int not null references tenants, email varchar(120) not null,
     country char(2) not null references countries, status text not null, is_active boolean not null,
     manager_id bigint references people, joined_at timestamptz not null, tags text[] not null, profile jsonb not null,
     unique (tenant_id, id))`,
  `insert into people select i, 1 + i % 60, 'P' || i || '@example.com', chr(65 + i % 100 / 26) || chr(65 + i % 100 % 26),
     case when i % 10 < 6 then 'active' when i % 10 < 9 then 'paused' else 'closed' end, i % 2 = 0,
     case when i % 4 = 0 and i > 100 then i / 4 end, timestamptz '2025-01-01' + i * interval '10 minutes',
     array['t' || i % 7, 't' || i % 500], jsonb_build_object('plan', 'p' || i % 4, 'ref', i)
     from generate_series(1, 20000) i`,
  "create index people_email_lower on people (lower(email))",
  "create index people_email_like on people (email varchar_pattern_ops)",
  "create index people_email on people (email)",
  "create index people_manager on people (manager_id) where manager_id is not null",
  "create index people_country on people using hash (country)",
  "create index people_tags on people using gin (tags)",
  "create index people_ref on people ((profile ->> 'ref'))",
  // A queue with a partial index, and the reverse orders of one pair of columns.
  `create table jobs (id bigint primary key, state text not null, priority int not null, run_at timestamptz not null, note text)`,
  `insert into jobs select i, case when i % 20 = 0 then 'ready' else 'step ' || i % 20 end, i % 5,
     timestamptz '2026-01-01' + i * interval '1 minute', repeat('n', 30) from generate_series(1, 30000) i`,
  "create index jobs_ready on jobs (priority, run_at) where state = 'ready'",
  "create index jobs_priority_run_at on jobs (priority, run_at desc)",
  "create index jobs_run_at on jobs (run_at) include (state)",
  // Foreign keys of two columns, served in another order and by their selective column alone.
  `create table notes (id bigint primary key, tenant_id int not null, person_id bigint not null, author_id bigint not null, body text not null,
     foreign key (tenant_id, person_id) references people (tenant_id, id),
     foreign key (tenant_id, author_id) references people (tenant_id, id))`,
  "insert into notes select i, 1 + (1 + i % 19000) % 60, 1 + i % 19000, 1 + i % 19000, 'note ' || i from generate_series(1, 20000) i",
  "create index notes_person on notes (person_id, tenant_id)",
  "create index notes_author on notes (author_id)",
  // Range partitions with an index of the parent, list partitions with indexes of their own and a foreign key.
  "create table visits (id bigint not null, at date not null, person_id bigint not null) partition by range (at)",
  ...[1, 2, 3].map(
    (month) =>
      `create table visits_${month} partition of visits for values from ('2026-0${month}-01') to ('2026-0${month + 1}-01')`,
  ),
  "create index visits_person on visits (person_id)",
  "insert into visits select i, date '2026-01-01' + i % 90, 1 + i % 20000 from generate_series(1, 30000) i",
  `create table ledger (id bigint not null, region text not null, person_id bigint not null references people, amount int not null)
     partition by list (region)`,
  ...["north", "south"].flatMap((region) => [
    `create table ledger_${region} partition of ledger for values in ('${region}')`,
    `create index on ledger_${region} (person_id)`,
  ]),
  "insert into ledger select i, case when i % 2 = 0 then 'north' else 'south' end, 1 + i % 19000, i % 70 from generate_series(1, 20000) i",
  // An exclusion constraint, an inherited table, an unlogged one, a materialised view and a view.
  "create table bookings (room int not null, during tsrange not null, exclude using gist (room with =, during with &&))",
  "insert into bookings select i % 30, tsrange(timestamp '2026-01-01' + i * interval '1 hour', timestamp '2026-01-01' + i * interval '1 hour' + interval '50 min') from generate_series(1, 3000) i",
  "create table logs (id bigint primary key, level int not null, line text not null)",
  "create table audit_logs (actor bigint, primary key (id)) inherits (logs)",
  "insert into logs select i, i % 3, 'line ' || i from generate_series(1, 20000) i",
  "insert into audit_logs select i, i % 3, 'line ' || i, i from generate_series(1, 20000) i",
  "create unlogged table cache (key text primary key, value text not null, expires_at timestamptz not null)",
  "insert into cache select 'k' || i, 'v', now() from generate_series(1, 20000) i",
  "create materialized view people_by_country as select country, status, count(*) as people from people group by 1, 2",
  "create unique index on people_by_country (country, status)",
  "create view active_people as select id, email, country from people where status = 'active'",
  "create table readings (id bigint primary key, sensor int not null, kind text not null, at timestamptz not null, amount int not null)",
  "insert into readings select i, i % 300, 'kind ' || i % 4, timestamptz '2026-01-01' + i * interval '1 minute', i % 70 from generate_series(1, 20000) i",
  "create table never_analyzed (id int, label text)",
];

type Call = readonly [sql: string, ...values: unknown[]];

/** What runs often: each statement is as fast as its rows allow. */
function calls(round: number): readonly Call[] {
  return [
    ["select id from people where lower(email) = $1", `p${round}@example.com`],
    ["select id from people where email like $1 || '%' limit 5", `P${round}@`],
    ["select email from people order by email limit 10 offset $1", round],
    ["select id from people where email = $1", `P${round}@example.com`],
    ["select count(*) from people where status = $1", "active"],
    ["select country, count(*) from people where is_active group by country"],
    ["select count(*) from people where not is_active and status <> $1", "closed"],
    ["select count(*) from people where tags @> array[$1::text]", `t${round}`],
    ["select id from people where profile ->> 'ref' = $1", `${round}`],
    ["select id from people where manager_id = $1", 100 + round],
    ["select count(*) from people where country = $1", "AB"],
    ["select id, email from people order by id limit 20 offset $1", round * 20],
    ["select c.name, count(*) from people p join countries c on c.code = p.country group by 1"],
    ["select count(*) from notes n join people p on p.id = n.person_id and p.status = $1", "active"],
    ["select count(*) from people where email like $1 or status = $2", "%7@example.com", "closed"],
    ["select id from active_people where id = any($1)", [round, round + 1]],
    ["select p.id, (select count(*) from notes n where n.person_id = p.id) from people p where p.id < $1", 50],
    [
      "with recursive up(id, parent_id) as (select id, parent_id from tenants where id = $1 union all select t.id, t.parent_id from tenants t join up on t.id = up.parent_id) select count(*) from up",
      55,
    ],
    ["select status, avg(amount) from ledger l join people p on p.id = l.person_id group by status"],
    ["select amount from ledger where person_id = $1", round],
    ["select body from notes where tenant_id = $1 and author_id = $2", 1 + ((1 + round) % 60), 1 + round],
    ["select id from visits where person_id = $1", round],
    ["select count(*) from visits where at >= $1 and at < $2", "2026-01-02", "2026-03-20"],
    ["select sum(amount) from ledger where region = $1", "north"],
    ["select sum(amount) from readings where at >= $1 and at < $2", "2026-01-02", "2026-01-14"],
    ["select max(amount) from readings where kind = $1 and at >= $2 and at < $3", "kind 1", "2026-01-02", "2026-01-14"],
    ["delete from people where id = $1", 19_900 + round],
    ["delete from countries where code = $1", `X${round}`],
    ["select room from bookings where room = $1 and during && $2::tsrange", 3, "[2026-01-02,2026-01-03)"],
    ["select line from logs where id = $1", round],
    ["select count(*) from logs where level = $1", 1],
    ["insert into cache values ($1, 'w', now()) on conflict (key) do update set value = excluded.value", `k${round}`],
    ["update people set status = $2 where id = $1", round, "active"],
    ["select people from people_by_country where country = $1 and status = $2", "AB", "active"],
    ["select label from never_analyzed where id = $1", round],
    ["select note from jobs order by run_at desc limit 10"],
    ["select priority, run_at from jobs where priority = $1 order by run_at desc limit $2", 2, 5],
  ];
}

/** Creates the awkward schema, and drives it. */
export async function awkwardWorkload(url: string): Promise<void> {
  await execute(url, ["create extension if not exists pg_stat_statements", ...SCHEMA]);
  await settle(url, "cache");
  await execute(url, [
    "insert into never_analyzed select i, 'l' || i from generate_series(1, 200) i",
    "select pg_stat_statements_reset()",
  ]);
  await withClient(url, async (client) => {
    for (let round = 1; round <= 8; round += 1) {
      for (const [sql, ...values] of calls(round)) await client.query(sql, values);
      await literals(client, round);
    }
    await client.query("create temp table scratch as select id, email from people");
    for (let round = 1; round <= 6; round += 1) await client.query("select id from scratch where email = $1", ["x"]);
  });
  await waitUntil(url, "(select n_tup_upd >= 8 from pg_stat_user_tables where relname = 'people')");
}

/** Literals become parameters in the server's statistics, where a generic plan no longer sees which index they allow. */
async function literals(client: pg.Client, round: number): Promise<void> {
  await client.query("begin");
  await client.query(
    "select id from jobs where state = 'ready' order by priority, run_at limit 1000 for update skip locked",
  );
  await client.query("rollback");
  await client.query("select count(note) from jobs where state = 'ready'");
  await client.query(`select id from people where email like 'P${round}@%'`);
  await client.query(`delete from cache where expires_at < timestamptz '2020-01-01' + interval '${round} days'`);
}

/** An index that is really missing: the statement that lacks it, and the columns that it needs. */
export interface MissingCase {
  readonly table: string;
  readonly columns: readonly string[];
  readonly sql: string;
  values(round: number): readonly unknown[];
}

export const MISSING: readonly MissingCase[] = [
  {
    table: "events",
    columns: ["account"],
    sql: "select id, payload from events where account = $1",
    values: (round) => [round],
  },
  {
    table: "samples",
    columns: ["sensor", "at"],
    sql: "select value from samples where sensor = $1 and at >= $2 and at < $3",
    values: (round) => [round, "2026-01-05", "2026-01-06"],
  },
  {
    table: "messages",
    columns: ["room", "sent_at"],
    sql: "select body from messages where room = $1 order by sent_at desc limit 10",
    values: (round) => [round],
  },
  {
    table: "orders",
    columns: ["customer_id"],
    sql: "select o.id, o.total from orders o join customers c on c.id = o.customer_id where c.email = $1",
    values: (round) => [`c${round}@example.com`],
  },
  {
    table: "invoices",
    columns: ["customer_id"],
    sql: "select c.id, (select max(i.total) from invoices i where i.customer_id = c.id) from customers c where c.email = $1",
    values: (round) => [`c${round}@example.com`],
  },
  {
    table: "articles",
    columns: ["code"],
    sql: "select id from articles where code = any($1)",
    values: (round) => [[`a${round}`, `a${round + 1}`]],
  },
  {
    table: "lines",
    columns: ["invoice_id"],
    sql: "delete from lines where invoice_id = $1",
    values: (round) => [round],
  },
  {
    table: "devices",
    columns: ["serial"],
    sql: "update devices set seen = seen + 1 where serial = $1",
    values: (round) => [`s${round}`],
  },
];

const LACKING: readonly string[] = [
  "create table customers (id bigint primary key, email text not null unique)",
  "insert into customers select i, 'c' || i || '@example.com' from generate_series(1, 5000) i",
  "create table events (id bigint primary key, account int not null, payload text not null)",
  "insert into events select i, i % 6000, repeat('x', 40) from generate_series(1, 20000) i",
  "create table samples (id bigint primary key, sensor int not null, at timestamptz not null, value int not null)",
  "insert into samples select i, i % 200, timestamptz '2026-01-01' + i * interval '1 minute', i % 9 from generate_series(1, 20000) i",
  "create table messages (id bigint primary key, room int not null, sent_at timestamptz not null, body text not null)",
  "insert into messages select i, i % 100, timestamptz '2026-01-01' + i * interval '7 seconds', 'm' || i from generate_series(1, 20000) i",
  "create table orders (id bigint primary key, customer_id bigint not null references customers, total int not null)",
  "insert into orders select i, 1 + i % 5000, i % 90 from generate_series(1, 20000) i",
  "create table invoices (id bigint primary key, customer_id bigint not null, total int not null)",
  "insert into invoices select i, 1 + i % 5000, i % 90 from generate_series(1, 20000) i",
  "create table articles (id bigint primary key, code varchar(20) not null)",
  "insert into articles select i, 'a' || i from generate_series(1, 20000) i",
  "create table lines (id bigint primary key, invoice_id bigint not null, amount int not null)",
  "insert into lines select i, i / 4, i % 9 from generate_series(1, 20000) i",
  "create table devices (id bigint primary key, serial text not null, seen int not null)",
  "insert into devices select i, 's' || i, 0 from generate_series(1, 20000) i",
];

/** Creates the tables of `MISSING`, and drives each statement. */
export async function lackingWorkload(url: string): Promise<void> {
  await execute(url, ["create extension if not exists pg_stat_statements", ...LACKING]);
  await settle(url, "devices");
  await execute(url, ["select pg_stat_statements_reset()"]);
  await withClient(url, async (client) => {
    for (const { sql, values } of MISSING) {
      for (let round = 1; round <= 8; round += 1) await client.query(sql, [...values(round)]);
    }
  });
}
