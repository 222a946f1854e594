import pg from "pg";

/** A small healthy schema: every index is used, every foreign key has one. */
export const HEALTHY_SCHEMA: readonly string[] = [
  "create table customers (id bigint primary key, email text not null, city text not null)",
  "create table orders (id bigint primary key, customer_id bigint not null references customers, status text not null, total numeric not null, created_at timestamptz not null)",
  "create index orders_customer_id on orders (customer_id)",
  "insert into customers select i, 'c' || i || '@example.com', 'city ' || i % 50 from generate_series(1, 20000) i",
  "insert into orders select i, 1 + i % 20000, 'paid', i % 500, timestamptz '2026-01-01' + i * interval '1 minute' from generate_series(1, 60000) i",
];

/** Drives the healthy schema so that every index is scanned. */
export async function healthyWorkload(url: string): Promise<void> {
  await withClient(url, async (client) => {
    for (let id = 1; id <= 60; id += 1) {
      await client.query("select email, city from customers where id = $1", [id]);
      await client.query("select id, total from orders where customer_id = $1", [id]);
      await client.query("select status from orders where id = $1", [id]);
    }
  });
}

/** Opens a client for the time of `run`. */
export async function withClient<T>(url: string, run: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = await openClient(url);
  try {
    return await run(client);
  } finally {
    await client.end();
  }
}

/** A client that does not end the test when the server goes away first. */
export async function openClient(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => undefined);
  await client.connect();
  return client;
}

export async function execute(url: string, statements: readonly string[]): Promise<void> {
  await withClient(url, async (client) => {
    for (const sql of statements) await client.query(sql);
  });
}

/**
 * Vacuums and analyzes once the counters of all earlier work have arrived: those that arrive after an ANALYZE count as
 * changes since then. `table` was filled last.
 */
export async function settle(url: string, table: string): Promise<void> {
  await waitUntil(url, `(select n_mod_since_analyze > 0 from pg_stat_user_tables where relname = '${table}')`);
  await execute(url, ["vacuum analyze"]);
  await waitUntil(url, "(select max(n_mod_since_analyze) = 0 from pg_stat_user_tables)");
}

/** Waits until a query's first column is true: statistics reach the catalogue a moment after the work. */
export async function waitUntil(url: string, sql: string): Promise<void> {
  await withClient(url, async (client) => {
    for (;;) {
      const { rows } = await client.query<{ ok: boolean }>(`select (${sql}) as ok`);
      if (rows[0]?.ok === true) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  });
}
