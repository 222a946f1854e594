import { setTimeout as sleep } from "node:timers/promises";

/** Sends one statement with its parameters; resolves to the rows. */
export type Send = (sql: string, values?: readonly number[]) => Promise<readonly { readonly customer_id?: number }[]>;

export const LOOP_SCHEMA: readonly string[] = [
  "create table customers (id int primary key, name varchar(20) not null)",
  "create table orders (id int primary key, customer_id int not null)",
];
const ROWS = 400;

/** The first `count` orders are of as many customers. */
export const LOOP_ROWS: readonly string[] = [
  `insert into customers values ${rowsOf((id) => `(${id}, 'customer ${id}')`)}`,
  `insert into orders values ${rowsOf((id) => `(${id}, ${ROWS + 1 - id})`)}`,
];

/** A loop must not cross ten seconds of the clock, at which a log is cut. */
const STRETCH_MS = 10_000;
const LOOP_ROOM_MS = 5_000;

/** Waits until there is room for a loop before the clock's next ten seconds. */
export async function roomForLoop(): Promise<void> {
  const leftMs = STRETCH_MS - (Date.now() % STRETCH_MS);
  if (leftMs < LOOP_ROOM_MS) await sleep(leftMs + 50);
}

/** The customers of the first orders, as the program of a loop asks for them. */
export async function customersOf(send: Send, sql: string): Promise<readonly number[]> {
  return (await send(sql)).flatMap(({ customer_id: id }) => id ?? []);
}

/** Statements of other requests, which come one by one. */
export async function otherTraffic(send: Send): Promise<void> {
  const statements = ["select count(*) from orders", "select max(name) from customers", "select min(id) from orders"];
  for (const sql of [...statements, ...statements]) {
    await send(sql);
    await sleep(60);
  }
}

/** Look-ups of different customers, each as a request of its own: `ask` sends what belongs to it. */
export async function independentRequests(count: number, ask: (customer: number) => Promise<unknown>): Promise<void> {
  for (let request = 1; request <= count; request += 1) {
    await ask(request * 3);
    // Between 100 and 200 ms, and never a rhythm.
    await sleep(100 + ((request * 37) % 100));
  }
}

function rowsOf(row: (id: number) => string): string {
  return Array.from({ length: ROWS }, (_, index) => row(index + 1)).join(", ");
}
