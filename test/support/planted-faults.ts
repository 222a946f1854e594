import type pg from "pg";
import { execute, openClient, settle, waitUntil, withClient } from "./shop.ts";

/** Thresholds that a planted fault needs, set as a user would set them. */
export const FAULT_CONFIG = `rules:
  unused-index: { thresholds: { minAgeDays: 0, minBytes: 8kB } }
  duplicate-index: { thresholds: { minBytes: 8kB } }
  redundant-index: { thresholds: { minBytes: 8kB } }
  idle-in-transaction: { thresholds: { minSeconds: 1s } }
  temporary-file-spill: { thresholds: { minTotalBytes: 5MB } }
  low-cache-hit-ratio: { thresholds: { minReads: 100, minHitShare: "100%" } }
`;

/** One fault for each rule, away from the healthy tables. */
const SCHEMA: readonly string[] = [
  // missing-index
  "create table events (id bigint primary key, account_no int not null, payload text not null)",
  "insert into events select i, i % 6000, repeat('x', 40) from generate_series(1, 60000) i",
  // unindexed-foreign-key: deleting a warehouse scans shipments
  "create table warehouses (id int primary key, name text not null)",
  "create table shipments (id bigint primary key, warehouse_id int not null references warehouses, weight int not null)",
  "insert into warehouses select i, 'w' || i from generate_series(1, 500) i",
  "insert into shipments select i, 1 + i % 400, i % 90 from generate_series(1, 20000) i",
  // duplicate-index, redundant-index, unused-index, invalid-index
  "create table products (id int primary key, sku text not null, category int not null, price int not null, label text)",
  "insert into products select i, 'sku' || i, i % 200, i % 99, 'label ' || i % 7000 from generate_series(1, 20000) i",
  "create index products_sku on products (sku)",
  "create index products_sku_again on products (sku)",
  "create index products_category_price on products (category, price)",
  "create index products_category on products (category)",
  "create index products_label on products (label)",
  // stale-statistics, dead-tuples
  "create table imports (id bigint primary key, value int not null)",
  "insert into imports select i, i from generate_series(1, 20000) i",
  "create table carts (id bigint primary key, value int not null)",
  "insert into carts select i, i from generate_series(1, 50000) i",
  // temporary-file-spill
  "create table documents (id bigint primary key, body text not null)",
  "insert into documents select i, repeat(md5(i::text), 8) from generate_series(1, 20000) i",
];

/** Rules whose finding has to stand on its own, and those that may stand under another one. */
export const PLANTED = {
  top: [
    "blocked-session",
    "connection-saturation",
    "dead-tuples",
    "duplicate-index",
    "idle-in-transaction",
    "invalid-index",
    "low-cache-hit-ratio",
    "missing-index",
    "redundant-index",
    "slow-statement",
    "stale-statistics",
    "temporary-file-spill",
    "unindexed-foreign-key",
    "unused-index",
  ],
} as const;

export interface PlantedSessions {
  close(): Promise<void>;
}

/** Plants the faults and drives them. The sessions returned hold those that last only as long as they do. */
export async function plantFaults(url: string): Promise<PlantedSessions> {
  await execute(url, SCHEMA);
  await settle(url, "documents");
  await execute(url, ["delete from carts where id % 2 = 0"]);
  await waitUntil(url, "(select n_dead_tup >= 20000 from pg_stat_user_tables where relname = 'carts')");
  await execute(url, ["analyze carts", "select pg_stat_statements_reset()"]);
  await execute(url, ["insert into imports select i, i from generate_series(20001, 60000) i"]);
  await withClient(url, async (client) => {
    await client
      .query("create unique index concurrently products_category_unique on products (category)")
      .catch(() => undefined);
  });
  await drive(url);
  await waitUntil(url, "(select n_mod_since_analyze >= 40000 from pg_stat_user_tables where relname = 'imports')");
  await waitUntil(url, "(select n_tup_del >= 50 from pg_stat_user_tables where relname = 'warehouses')");
  await waitUntil(
    url,
    "(select min(idx_scan) > 0 from pg_stat_user_indexes where indexrelname in ('products_category_price', 'events_pkey'))",
  );
  return holdSessions(url);
}

async function drive(url: string): Promise<void> {
  await withClient(url, async (client) => {
    for (let round = 0; round < 40; round += 1) {
      await client.query("select id, payload from events where account_no = $1", [round]);
      await client.query("select payload from events where id = $1", [round]);
      await client.query("select weight from shipments where id = $1", [round]);
      await client.query("select id from products where sku = $1", [`sku${round}`]);
      await client.query("select id from products where category = $1 and price < $2", [round, 1]);
      await client.query("select label from products where id = $1", [round]);
      await client.query("select value from imports where id = $1", [round]);
      await client.query("select value from carts where id = $1", [round]);
      await client.query("select body from documents where id = $1", [round]);
    }
    for (let id = 401; id <= 460; id += 1) await client.query("delete from warehouses where id = $1", [id]);
    // slow-statement: work that no index saves
    for (let round = 0; round < 6; round += 1) {
      await client.query(
        "select count(*) from generate_series(1, $1::int) a, generate_series(1, $2::int) b where a * b % 97 = 3",
        [3000, 2000 + round],
      );
    }
    await client.query("set work_mem = '64kB'");
    for (let round = 0; round < 8; round += 1)
      await client.query("select id from documents order by body limit $1 offset 10000", [10000]);
  });
}

/** Idle in transaction, a lock wait behind a busy session, and most connection slots taken. */
async function holdSessions(url: string): Promise<PlantedSessions> {
  const clients: pg.Client[] = [];
  const open = async (application: string): Promise<pg.Client> => {
    const client = await openClient(`${url}${url.includes("?") ? "&" : "?"}application_name=${application}`);
    clients.push(client);
    return client;
  };
  const idle = await open("report-worker");
  await idle.query("begin");
  await idle.query("select 1 from customers where id = 5");
  const blocker = await open("billing");
  await blocker.query("begin");
  await blocker.query("update customers set city = city where id = 1");
  blocker.query("select pg_sleep(600)").catch(() => undefined);
  const waiter = await open("checkout");
  waiter.query("update customers set city = 'x' where id = 1").catch(() => undefined);
  for (let count = 0; count < 20; count += 1) await open("web");
  await waitUntil(
    url,
    `(select count(*) = 1 from pg_stat_activity where wait_event_type = 'Lock' and now() - query_start > interval '1500 ms')`,
  );
  return {
    close: async () => {
      await withClient(url, async (client) => {
        await client.query(
          "select pg_terminate_backend(pid) from pg_stat_activity where application_name in ('billing', 'checkout')",
        );
      });
      await Promise.all(clients.map((client) => client.end().catch(() => undefined)));
    },
  };
}
