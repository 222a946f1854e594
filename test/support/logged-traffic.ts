import type pg from "pg";
import type { PostgresServer } from "../../src/change/local-server/postgres-server.ts";
import { openClient } from "./shop.ts";

/** Roles of the traffic; the second name is as awkward as a name may be. */
export const ROLES = { shop: "shop_app", batch: 'o"dd,one' } as const;
const PASSWORD = "app";

/** What no report may show: it stands in literals and parameters alone. */
export const SECRET = "geheim-7f3a";

/** Tables and roles of the traffic, in an empty database. */
export const TRAFFIC_SCHEMA: readonly string[] = [
  "create table customers (id bigint primary key, email text not null, city text not null)",
  "create table orders (id bigint primary key, customer_id bigint not null, total numeric not null, note text)",
  "create index orders_customer_id on orders (customer_id)",
  `insert into customers select i, 'c' || i || '@example.com', 'city ' || i % 50 from generate_series(1, 2000) i`,
  "insert into orders select i, 1 + i % 2000, i % 500, null from generate_series(1, 4000) i",
  "create table accounts (id int primary key, balance int not null)",
  "insert into accounts select i, 100 from generate_series(1, 10) i",
  "create table notes (id bigint generated always as identity primary key, body text not null)",
  'create table "größe" ("straße" text)',
  // Takes 6 ms for each row that it is asked about, and is asked before anything else.
  "create function lingers(int) returns boolean language plpgsql cost 0.0001 as $$begin perform pg_sleep(0.006); return true; end$$",
  "analyze",
  ...Object.values(ROLES).flatMap((role) => [
    `create role "${role.replaceAll('"', '""')}" login password '${PASSWORD}'`,
    `grant select, insert, update, delete on all tables in schema public to "${role.replaceAll('"', '""')}"`,
  ]),
];

/** Opens a session of a role under an application's name. */
export async function openSession(
  server: PostgresServer,
  role: keyof typeof ROLES,
  application: string,
): Promise<pg.Client> {
  const user = encodeURIComponent(ROLES[role]);
  const name = encodeURIComponent(application);
  return openClient(`postgres://${user}:${PASSWORD}@127.0.0.1:${server.port}/shop?application_name=${name}`);
}

/** Healthy statements through every protocol, with texts that try to look like lines of a log. */
export async function awkwardTraffic(server: PostgresServer, fakeLines: readonly string[]): Promise<void> {
  const web = await openSession(server, "shop", "shop web");
  const batch = await openSession(server, "batch", 'batch, "night"');
  try {
    for (let id = 1; id <= 20; id += 1) {
      await web.query(`select email, city from customers where id = ${id}`);
      await web.query("select id, total from orders where customer_id = $1", [id]);
      await web.query({
        name: "by_id",
        text: `select o.id, c.email from orders o join customers c on c.id = o.customer_id where o.id = $1`,
        values: [id],
      });
      await batch.query("update orders set total = total + 1 where id = $1", [id]);
    }
    for (const text of awkwardStatements(fakeLines)) await web.query(text);
    for (const line of fakeLines) {
      await batch.query("insert into notes (body) values ($1)", [line]);
      await batch.query({ name: "keep", text: "insert into notes (body) values ($1) returning id", values: [line] });
    }
    await slowOnes(web);
  } finally {
    await Promise.all([web.end(), batch.end()]);
  }
}

function awkwardStatements(fakeLines: readonly string[]): string[] {
  return [
    ...fakeLines.map((line) => `insert into notes (body) values ('first\n${line}\nlast')`),
    ...fakeLines.map((line) => `insert into notes (body) values ($body$${line}\n${line}\n$body$)`),
    "SELECT id,\n\t\ttotal\nFROM orders -- LOG:  duration: 99 ms  statement: select 1\n\nWHERE id IN (1, 2,\n\t3)",
    "select count(*)\r\nfrom orders\r\nwhere id < 10",
    `select $$a 'dollar' "quote"$$, $x$duration: 99.000 ms  statement: select $$ 2 $$ $x$`,
    "do $body$\nbegin\n  perform 1;\n  perform 2;\nend\n$body$",
    `insert into "größe" ("straße") values ('Grüße – 日本語 🎉 ${SECRET}')`,
    `select "straße" from "größe" where "straße" like 'Grüße%'`,
    "/* route='%2Forders%2F%3Aid',framework='express' */ select total from orders where id = 7",
    "select total from orders where id = 8 /*application:shop,controller:orders,action:show*/",
    "select 1; select 2; select count(*) from notes",
    "begin",
    "savepoint s",
    "update accounts set balance = balance where id = 10",
    "rollback to s",
    "commit",
    `prepare by_city (text) as select count(*) from customers where city = $1`,
    "execute by_city ('city 7')",
    "copy (select 1) to stdout",
    `select '${SECRET} ' || repeat('long ', 3) /* ${"x".repeat(9000)} */`,
  ];
}

/** Statements that take long enough to have their plans logged, the next one well after each. */
async function slowOnes(client: pg.Client): Promise<void> {
  for (let round = 0; round < 3; round += 1) {
    await client.query(`select count(*) from accounts where lingers(id) and balance::text <> '${SECRET}'`);
    await client.query("select id from accounts where lingers(id) and id <= $1", [3]);
    await client.query({
      name: "slow",
      text: "select balance from accounts where lingers(id) and id > $1",
      values: [8],
    });
    await client.query("update accounts set balance = balance where lingers(id) and id = $1", [4]);
  }
}
