/** A statement whose plan has something of its own in EXPLAIN's text format. */
export interface PlanStatement {
  readonly name: string;
  readonly sql: string;
  /** Set for the transaction that plans it. */
  readonly settings?: readonly string[];
  /** First major version that takes it. */
  readonly since?: number;
}

const PARALLEL = [
  "set local max_parallel_workers_per_gather = 2",
  "set local parallel_setup_cost = 0",
  "set local parallel_tuple_cost = 0",
  "set local min_parallel_table_scan_size = 0",
  "set local min_parallel_index_scan_size = 0",
  // One process runs everything: rows per worker would differ from run to run.
  "set local max_parallel_workers = 0",
];

/** Tables of the statements below, with room in their pages, so that what is rolled back does not change the next estimate. */
export const PLAN_SCHEMA = [
  "create schema shop",
  `create table shop.customer (id int primary key, "Full Name" text not null, region int, note text)
     with (fillfactor = 50)`,
  "insert into shop.customer select i, 'name ' || i, i % 7, repeat('x', i % 50) from generate_series(1, 2000) i",
  "create table shop.purchase (id int primary key, customer_id int, amount numeric, placed date) with (fillfactor = 50)",
  `insert into shop.purchase select i, i % 2000 + 1, i % 977, date '2024-01-01' + i % 365
     from generate_series(1, 20000) i`,
  `create index "Purchase by Customer" on shop.purchase (customer_id)`,
  "create index purchase_placed on shop.purchase (placed)",
  "create index purchase_amount on shop.purchase (amount)",
  `create table "Odd, ""Name""" ("a b" int, "c,d" text)`,
  `insert into "Odd, ""Name""" select i, 'v' || i from generate_series(1, 100) i`,
  "create table shop.event (id int, at date not null) partition by range (at)",
  "create table shop.event_1 partition of shop.event for values from ('2024-01-01') to ('2024-07-01')",
  "create table shop.event_2 partition of shop.event for values from ('2024-07-01') to ('2025-01-01')",
  "create index on shop.event (at)",
  "insert into shop.event select i, date '2024-01-01' + i % 365 from generate_series(1, 3000) i",
  "create table shop.parent (id int, v text)",
  "create table shop.heir () inherits (shop.parent)",
  "insert into shop.heir select i, 'v' from generate_series(1, 50) i",
  "analyze",
  "set search_path = shop, public",
];

export const PLAN_STATEMENTS: readonly PlanStatement[] = [
  { name: "a filter", sql: "select * from customer c where region = 3 and note <> 'it''s (a) \"b\"'" },
  { name: "a string with a line break", sql: "select * from customer where note = E'one\n  ->  Seq Scan on two\\n'" },
  { name: "an index with a quoted name", sql: "select * from purchase where customer_id = 7 order by customer_id" },
  {
    name: "an index read backward",
    sql: "select * from purchase order by id desc limit 3",
  },
  {
    name: "an index-only scan",
    sql: "select count(*) from purchase where placed between date '2024-02-01' and date '2024-02-03'",
    settings: ["set local enable_bitmapscan = off"],
  },
  {
    name: "bitmaps combined",
    sql: "select * from purchase where customer_id = 7 or (placed = date '2024-03-01' and amount = 5)",
    settings: ["set local enable_seqscan = off"],
  },
  { name: "a table with an odd name", sql: `select "a b" from "Odd, ""Name""" "x y" order by "c,d", "a b" desc` },
  {
    name: "a hash join with an aggregate",
    sql: `select c."Full Name", sum(p.amount) from customer c left join purchase p on p.customer_id = c.id
            and p.amount > 10 group by c."Full Name" having sum(p.amount) > 100`,
  },
  {
    name: "a merge join",
    sql: "select * from customer c full join purchase p on p.id = c.id",
    settings: ["set local enable_hashjoin = off"],
  },
  {
    name: "a nested loop with a join filter",
    sql: "select * from customer c join purchase p on p.customer_id < c.region - 100 and p.id < 10 + c.id",
    settings: ["set local enable_hashjoin = off", "set local enable_mergejoin = off"],
  },
  { name: "an anti join", sql: "select * from customer c where not exists (select from purchase p where p.id = c.id)" },
  {
    name: "subplans and init plans",
    sql: `select c.id, (select max(amount) from purchase p where p.customer_id = c.id),
            (select min(id) from purchase) from customer c
            where c.region > (select avg(region) from customer) or c.id in (select id from purchase) limit 20`,
  },
  {
    name: "a materialised CTE, used twice",
    sql: `with recent as materialized (select * from purchase where placed > date '2024-12-01')
            select * from recent a join recent b on a.id = b.customer_id where a.amount > 5`,
  },
  {
    name: "a recursive CTE",
    sql: `with recursive chain(n) as (select 1 union all select n + 1 from chain where n < 10)
            select * from chain order by n desc`,
  },
  {
    name: "never executed",
    sql: "select * from customer c join purchase p on p.customer_id = c.id and p.amount > 3 where c.id = -1",
  },
  { name: "a one-time filter", sql: "select * from customer where current_setting('port')::int < 0" },
  {
    name: "sort keys of expressions",
    sql: `select * from customer order by coalesce(note, 'a, b'), region desc nulls last, "Full Name" collate "C", (id, 1)`,
  },
  {
    name: "an incremental sort",
    sql: "select * from purchase order by placed, amount",
    settings: ["set local enable_seqscan = off"],
  },
  {
    name: "windows and distinct",
    sql: "select distinct region, rank() over (partition by region order by id) from customer",
  },
  {
    name: "grouping sets",
    sql: "select region, id % 3, count(*) from customer group by grouping sets ((region), (id % 3), ())",
  },
  {
    name: "sorted grouping sets",
    sql: "select region, id % 3, count(*) from customer group by cube (region, id % 3)",
    settings: ["set local enable_hashagg = off"],
  },
  {
    name: "a parallel aggregate",
    sql: "select region, count(*) from customer where note <> 'x' group by region",
    settings: PARALLEL,
  },
  {
    name: "a parallel join with order",
    sql: "select * from customer c join purchase p on p.customer_id = c.id order by p.amount, c.id",
    settings: [...PARALLEL, "set local enable_mergejoin = off"],
  },
  {
    name: "a parallel plan with an init plan",
    sql: "select count(*) from purchase where amount > (select avg(amount) from purchase)",
    settings: PARALLEL,
  },
  { name: "partitions", sql: "select * from event e where at > date '2024-03-01' and id < 100 order by at" },
  { name: "pruned partitions", sql: "select count(*) from event where at = date '2024-03-01'" },
  {
    name: "set operations",
    sql: "(select id from customer except all select id from purchase) union select 1 intersect select id from event",
  },
  {
    name: "functions, values and a subquery",
    sql: `select * from generate_series(1, 5) g, (values (1), (2)) v(x),
            (select region, count(*) n from customer group by 1 offset 1) s where s.n > g and v.x = g`,
  },
  { name: "a table sample", sql: "select * from customer tablesample system (50) repeatable (1) for update" },
  { name: "a tuple id", sql: "select * from customer where ctid = '(0,1)'" },
  { name: "an insert", sql: "insert into customer select i, 'n', i, null from generate_series(5000, 5003) i" },
  {
    name: "an upsert with returning",
    sql: `insert into customer values (1, 'n', 1, null), (9999, 'm', 1, null)
            on conflict (id) do update set note = excluded.note where customer.region > 0 returning id`,
  },
  {
    name: "an update",
    sql: "update purchase p set amount = 1 from customer c where c.id = p.customer_id and c.id < 3",
    // Bitmaps count the entries of rolled back rows too.
    settings: ["set local enable_bitmapscan = off"],
  },
  { name: "an update of heirs", sql: "update parent set v = 'w' where id < 10" },
  { name: "a delete", sql: "delete from purchase where id < 10" },
  {
    name: "a merge",
    sql: `merge into customer c using purchase p on p.id = c.id and p.id < 9
            when matched and c.id < 5 then update set region = 1
            when not matched then do nothing`,
    since: 15,
  },
  {
    name: "changes in a CTE",
    sql: "with gone as (delete from customer where id > 1990 returning *) select count(*) from gone",
  },
  {
    name: "memoize",
    sql: "select * from purchase p join customer c on c.id = p.customer_id where p.id < 5000",
    settings: ["set local enable_hashjoin = off", "set local enable_mergejoin = off"],
  },
  {
    name: "JIT",
    sql: "select count(*), sum(a.amount + b.amount) from purchase a, purchase b where a.customer_id = b.customer_id",
    settings: ["set local jit = on"],
  },
  { name: "no table", sql: "select 1" },
];
