import type pg from "pg";
import type { PostgresServer } from "../../src/change/local-server/postgres-server.ts";
import { openSession, SECRET } from "./logged-traffic.ts";
import { openClient, waitUntil } from "./shop.ts";

/** Thresholds that a planted fault needs, set as a user would set them. How long healthy statements take counts for nothing. */
export const LOGGED_FAULT_CONFIG = `rules:
  lock-wait-chain: { thresholds: { minWaitMs: 400ms, longWaitMs: 400ms } }
  temporary-file-spill: { thresholds: { minTotalBytes: 1MB, minBytesPerCall: 100kB, minShare: "0%" } }
  plan-change: { thresholds: { minLostMs: 50ms } }
  slow-statement: { thresholds: { minMeanMs: 200ms, minP95Ms: 1h, minShare: "0%" } }
`;

/** Rules that each have something to say about `plantLoggedFaults`; all others have not. */
export const LOGGED_FAULTS = [
  "connection-refused",
  "deadlock",
  "lock-wait-chain",
  "plan-change",
  "slow-statement",
  "statement-timeout",
  "temporary-file-spill",
] as const;

const REPEATS = 5;
const LOCK_WAITERS = "select count(*) from pg_stat_activity where wait_event_type = 'Lock'";

/** Plants one fault after the other; the last one takes every connection slot. */
export async function plantLoggedFaults(server: PostgresServer): Promise<void> {
  const url = server.url("shop");
  const session = await openSession(server, "shop", "checkout");
  await deadlock(server);
  await lockChain(server);
  await timeouts(server, session);
  await spill(session);
  await planChange(session);
  for (let round = 0; round < REPEATS; round += 1) await session.query("select pg_sleep(0.21)");
  await errors(session);
  await session.query("set idle_in_transaction_session_timeout = '20ms'");
  const ended = new Promise((resolve) => session.once("end", resolve));
  await session.query("begin");
  await ended;
  const admin = await openClient(url);
  await admin.query("checkpoint");
  await refusals(server, url);
  await waitUntilAlone(admin);
  await admin.end();
}

async function deadlock(server: PostgresServer): Promise<void> {
  const first = await openSession(server, "shop", "transfer");
  const second = await openSession(server, "batch", "interest");
  await first.query("begin");
  await second.query("begin");
  await first.query("update accounts set balance = balance - 1 where id = 1");
  await second.query("update accounts set balance = balance + 1 where id = 2");
  const ends = await Promise.all([
    first.query("update accounts set balance = balance - 1 where id = 2").catch(codeOf),
    second.query("update accounts set balance = balance + 1 where id = 1").catch(codeOf),
  ]);
  if (ends.filter((end) => end === "40P01").length !== 1) throw new Error("the two sessions met no deadlock");
  for (const client of [first, second]) {
    await client.query("rollback");
    await client.end();
  }
}

/** A session waits for one that waits for the root. */
async function lockChain(server: PostgresServer): Promise<void> {
  const root = await openSession(server, "batch", "closing");
  const middle = await openSession(server, "shop", "refund");
  const last = await openSession(server, "shop", "statement");
  for (const client of [root, middle]) await client.query("begin");
  await root.query("update accounts set balance = 0 where id = 3");
  await middle.query("update accounts set balance = 50 where id = 4");
  const second = middle.query("update accounts set balance = balance - 5 where id = 3");
  await waitUntil(server.url("shop"), `(${LOCK_WAITERS}) = 1`);
  const third = last.query("update accounts set balance = balance + 5 where id = 4");
  await waitUntil(server.url("shop"), `(${LOCK_WAITERS} and now() - query_start > interval '600 ms') = 2`);
  await root.query("commit");
  await second;
  await middle.query("commit");
  await third;
  await Promise.all([root, middle, last].map((client) => client.end()));
}

async function timeouts(server: PostgresServer, session: pg.Client): Promise<void> {
  for (let round = 0; round < REPEATS; round += 1) {
    // For this statement alone: on a busy machine any other one could take as long.
    await session.query("begin");
    await session.query("set local statement_timeout = '20ms'");
    await fails(session, "select pg_sleep(600)", "57014");
    await session.query("rollback");
  }
  const holder = await openClient(server.url("shop"));
  await holder.query("begin");
  await holder.query("lock table notes in access exclusive mode");
  // Longer than deadlock_timeout, so that each wait is logged.
  await session.query("set lock_timeout = '120ms'");
  for (let round = 0; round < REPEATS; round += 1) await fails(session, "select count(*) from notes", "55P03");
  await session.query("set lock_timeout = 0");
  await holder.query("commit");
  const { rows } = await session.query<{ pid: number }>("select pg_backend_pid() as pid");
  const cancelled = session.query("select pg_sleep(601)").catch(codeOf);
  await waitUntil(server.url("shop"), "(select count(*) from pg_stat_activity where wait_event = 'PgSleep') = 1");
  await holder.query("select pg_cancel_backend($1)", [rows[0]?.pid]);
  if ((await cancelled) !== "57014") throw new Error("the statement was not cancelled");
  await holder.end();
}

/** Sorts that need more than their memory, through both protocols. */
async function spill(session: pg.Client): Promise<void> {
  await session.query("set work_mem = '64kB'");
  const sorted = "from (select md5(i::text) as hash from generate_series(1, 20000) i order by hash offset 0) s";
  await session.query(`select count(*) ${sorted}`);
  await session.query(`select max(hash) ${sorted} where length(hash) > $1`, [3]);
  await session.query("reset work_mem");
}

/** With the index one row is asked about, without it all 10. */
async function planChange(session: pg.Client): Promise<void> {
  const text = "select balance from accounts where lingers(id) and id = 7";
  await session.query("set enable_seqscan = off");
  for (let round = 0; round < REPEATS; round += 1) await session.query(text);
  for (const setting of ["enable_indexscan", "enable_bitmapscan"]) await session.query(`set ${setting} = off`);
  await session.query("set enable_seqscan = on");
  for (let round = 0; round < REPEATS; round += 1) await session.query(text);
  for (const setting of ["enable_indexscan", "enable_bitmapscan"]) await session.query(`reset ${setting}`);
}

async function errors(session: pg.Client): Promise<void> {
  await fails(session, `select * from no_such_table where name = '${SECRET}'`, "42P01");
  await fails(session, "select 1 / 0", "22012");
  await fails(session, `select\n'${SECRET}'\n\tfrom from orders`, "42601");
  await fails(session, `select '${SECRET}'::int`, "22P02");
  await fails(session, `select '"a" ${SECRET}\n"b" ${SECRET}'::int`, "22P02");
  await fails(session, "insert into customers values (1, 'x', 'y')", "23505");
  await fails(session, "insert into customers values ($1, $2, $3)", "23505", [1, SECRET, "y"]);
  await fails(
    session,
    `do $$begin raise exception 'LOG:  duration: 99.000 ms  statement: select fake'; end$$`,
    "P0001",
  );
}

/** Takes every slot, and asks for more: roles have fewer of them than the superuser. */
async function refusals(server: PostgresServer, url: string): Promise<void> {
  const taken: pg.Client[] = [];
  const ask = async (open: () => Promise<pg.Client>): Promise<void> => {
    for (let refused = 0; refused < REPEATS; ) {
      const answer = await open().catch(codeOf);
      if (typeof answer !== "string") taken.push(answer);
      else if (answer === "53300") refused += 1;
      else throw new Error(`refused for another reason: ${answer}`);
    }
  };
  await ask(() => openSession(server, "shop", "shop web"));
  await ask(() => openClient(url));
  await Promise.all(taken.map((client) => client.end()));
}

/** Slots are free a moment after their sessions ended. */
async function waitUntilAlone(admin: pg.Client): Promise<void> {
  const others = "select count(*)::int as others from pg_stat_activity where backend_type = 'client backend'";
  for (;;) {
    const { rows } = await admin.query<{ others: number }>(others);
    if (rows[0]?.others === 1) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function fails(session: pg.Client, text: string, code: string, values?: readonly unknown[]): Promise<void> {
  const query = values === undefined ? session.query(text) : session.query(text, [...values]);
  const met = await query.then(() => "no error", codeOf);
  if (met !== code) throw new Error(`${text}: ${met} instead of ${code}`);
}

function codeOf(error: unknown): string {
  if (error instanceof Error && "code" in error && typeof error.code === "string") return error.code;
  throw error;
}
