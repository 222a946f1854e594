import { copyFile, mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { type PostgresServer, startPostgres } from "../../src/change/local-server/postgres-server.ts";
import { type Random, seededRandom } from "./random.ts";
import { shopDdl } from "./schema.ts";
import { fillStatements, type Statement, statementSource } from "./statements.ts";

/** One run of PostgreSQL as its collector wrote it, in three formats at once. */
export const POSTGRES_FILES = { stderr: "server.log", csv: "server.csv", json: "server.json" } as const;
export const POSTGRES_PREFIX = "%m [%p] %q%u@%d/%a ";

const BINARIES = "/usr/lib/postgresql/15/bin";
const WANTED_BYTES = 25_000_000;
const BUSY_CLIENTS = 8;

const SETTINGS: Readonly<Record<string, string>> = {
  logging_collector: "on",
  log_destination: "stderr,csvlog,jsonlog",
  log_directory: "log",
  log_filename: POSTGRES_FILES.stderr,
  log_rotation_size: "0",
  log_line_prefix: POSTGRES_PREFIX,
  log_min_duration_statement: "0",
  log_lock_waits: "on",
  deadlock_timeout: "50ms",
  log_temp_files: "0",
  log_checkpoints: "on",
  log_connections: "on",
  log_disconnections: "on",
  log_autovacuum_min_duration: "0",
  fsync: "off",
  work_mem: "1MB",
  shared_preload_libraries: "auto_explain",
  "auto_explain.log_min_duration": "30ms",
  "auto_explain.log_format": "json",
  "auto_explain.log_analyze": "on",
};

/** Runs a server under mixed traffic until its stderr log has some 25 MB, and copies its logs to a folder. */
export async function recordPostgres(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const server = await startPostgres({ binDir: BINARIES, settings: SETTINGS });
  const log = join(server.dataDirectory, "log");
  try {
    await fill(server);
    const isDone = async (): Promise<boolean> => (await stat(join(log, POSTGRES_FILES.stderr))).size > WANTED_BYTES;
    await traffic(server, isDone);
    // The collector writes what it was sent.
    await sleep(1000);
    for (const file of Object.values(POSTGRES_FILES)) await copyFile(join(log, file), join(folder, file));
  } finally {
    await server.stop();
  }
}

async function fill(server: PostgresServer): Promise<void> {
  const client = new pg.Client({ connectionString: server.url("postgres") });
  await client.connect();
  await client.query("set log_min_duration_statement = -1");
  await client.query("create database shop");
  await client.end();
  const shop = new pg.Client({ connectionString: server.url("shop") });
  await shop.connect();
  await shop.query("set log_min_duration_statement = -1");
  await shop.query(
    "create role web superuser login password 'web'; create role worker superuser login password 'worker'",
  );
  for (const statement of shopDdl("serial")) await shop.query(statement);
  for (const statement of fillStatements(seededRandom(1))) await shop.query(statement);
  await shop.query("analyze");
  await shop.end();
}

async function traffic(server: PostgresServer, isDone: () => Promise<boolean>): Promise<void> {
  let isOver = false;
  const isRunning = (): boolean => !isOver;
  const clients = Array.from({ length: BUSY_CLIENTS }, (_, index) => busyClient(server, index, isRunning));
  const others = [reports(server, isRunning), troubles(server, isRunning)];
  while (!(await isDone())) await sleep(200);
  isOver = true;
  await Promise.all([...clients, ...others]);
}

async function connected(server: PostgresServer, user: string, application: string): Promise<pg.Client> {
  const connectionString = `postgres://${user}:${user}@${server.host}:${server.port}/shop`;
  const client = new pg.Client({ connectionString, application_name: application });
  await client.connect();
  return client;
}

/** One connection after the other, each for some hundreds of statements. */
async function busyClient(server: PostgresServer, index: number, isRunning: () => boolean): Promise<void> {
  const random = seededRandom(100 + index);
  const next = statementSource(random, { quote: '"', hasParameters: true });
  while (isRunning()) {
    const client = await connected(server, index < 6 ? "web" : "worker", index < 6 ? "shop web" : "shop worker");
    for (let done = 0; done < 400 && isRunning(); done += 1) await step(client, next, random);
    await client.end();
  }
}

async function step(client: pg.Client, next: () => Statement, random: Random): Promise<void> {
  if (!random.chance(10)) {
    await send(client, next(), random);
    return;
  }
  await client.query("BEGIN");
  for (let count = 2 + random.below(4); count > 0; count -= 1) await send(client, next(), random);
  await client.query(random.chance(95) ? "COMMIT" : "ROLLBACK");
}

/** Statements without values go through the simple protocol; of the others some are prepared. */
async function send(client: pg.Client, { text, values }: Statement, random: Random): Promise<void> {
  if (values.length === 0) await client.query(text);
  else if (random.chance(40)) await client.query({ name: nameOf(text), text, values: [...values] });
  else await client.query(text, [...values]);
}

function nameOf(text: string): string {
  let hash = 0;
  for (let at = 0; at < text.length; at += 1) hash = (Math.imul(hash, 31) + text.charCodeAt(at)) >>> 0;
  return `s${hash.toString(36)}`;
}

const REPORTS = [
  "with sums as (\n\tselect customer_id, sum(total) as total, count(*) as orders\n\tfrom orders\n\tgroup by customer_id\n)\nselect c.city, sum(s.total), sum(s.orders)\nfrom sums s\njoin customers c on c.id = s.customer_id\ngroup by c.city\norder by 2 desc",
  "select a.*, b.* from audit_entries a join audit_entries b on a.payload = b.payload and a.id < b.id order by a.payload, b.id desc limit 10",
  "select p.sku, avg(r.rating), string_agg(r.body, ' | ' order by r.created_at) from products p join reviews r on r.product_id = p.id group by p.sku having count(*) > 0 order by 2",
] as const;

/** Slow statements, whose plans are logged and which spill to disk. */
async function reports(server: PostgresServer, isRunning: () => boolean): Promise<void> {
  const client = await connected(server, "worker", "nightly report");
  for (let round = 0; isRunning(); round += 1) {
    await client.query(REPORTS[round % REPORTS.length] ?? REPORTS[0]);
    if (round % 20 === 10) await client.query("checkpoint");
    await sleep(1000);
  }
  await client.end();
}

/** Errors, time-outs, lock waits and deadlocks, a few a minute. */
async function troubles(server: PostgresServer, isRunning: () => boolean): Promise<void> {
  const [one, two] = await Promise.all([
    connected(server, "web", "shop web"),
    connected(server, "worker", "shop worker"),
  ]);
  const fails = (client: pg.Client, text: string): Promise<unknown> => client.query(text).catch(() => null);
  for (let round = 0; isRunning(); round += 1) {
    await fails(one, "select total / (total - total) from orders where id = 17");
    await fails(one, "insert into customers (id, email) values (5, 'twice@example.org')");
    await fails(two, `select * from order_lines where order_id = ${round}`);
    await fails(two, "set statement_timeout = '20ms'; select pg_sleep(1)");
    await two.query("set statement_timeout = 0");
    await one.query("begin; update coupons set max_uses = max_uses + 1 where id = 1");
    await two.query("begin; update coupons set max_uses = max_uses + 1 where id = 2");
    const waiting = fails(two, "update coupons set percent_off = 10 where id = 1");
    await sleep(120);
    if (round % 4 === 0) await fails(one, "update coupons set percent_off = 20 where id = 2");
    await one.query("rollback");
    await waiting;
    await two.query("rollback");
    await sleep(2000);
  }
  await Promise.all([one.end(), two.end()]);
}
