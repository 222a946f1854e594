import { count, eq, gt, inArray, lte, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/node-postgres";
import { integer, pgTable, serial, text } from "drizzle-orm/pg-core";
import pg from "pg";

const customers = pgTable("customers", { id: serial().primaryKey(), name: text() });
const products = pgTable("products", { id: serial().primaryKey(), name: text() });
const orders = pgTable("orders", {
  id: serial().primaryKey(),
  total: integer(),
  customer_id: integer(),
  product_id: integer(),
});
const events = pgTable("events", { id: serial().primaryKey(), text: text() });
const settings = pgTable("settings", { name: text().primaryKey(), value: text() });
const sessions = pgTable("sessions", { token: text().primaryKey(), customer_id: integer() });
const jobs = pgTable("jobs", { id: serial().primaryKey(), state: text() });

/** The shop by Drizzle. */
export async function open(url, max) {
  const pool = new pg.Pool({ connectionString: url, max });
  const db = drizzle({ client: pool });
  const transaction = (work) => db.transaction((within) => work(shopOf(within)));
  return { ...shopOf(db), transaction, close: () => pool.end() };
}

function shopOf(db) {
  const rows = (table) => db.select().from(table);
  const one = async (table, column, value) => (await rows(table).where(eq(column, value)))[0];
  return {
    customers: (limit) => rows(customers).orderBy(customers.id).limit(limit),
    orders: (limit) => rows(orders).orderBy(orders.id).limit(limit),
    customer: (id) => one(customers, customers.id, id),
    product: (id) => one(products, products.id, id),
    ordersOf: (id) => rows(orders).where(eq(orders.customer_id, id)),
    countOf: async (id) => (await db.select({ n: count() }).from(orders).where(eq(orders.customer_id, id)))[0].n,
    setting: (name) => one(settings, settings.name, name),
    session: (token) => one(sessions, sessions.token, token),
    withOrders: (limit) =>
      rows(customers).innerJoin(orders, eq(orders.customer_id, customers.id)).where(lte(customers.id, limit)),
    batch: (ids) => rows(orders).where(inArray(orders.customer_id, ids)),
    page: (limit, offset) => rows(orders).orderBy(orders.id).limit(limit).offset(offset),
    after: (id, limit) => rows(orders).where(gt(orders.id, id)).orderBy(orders.id).limit(limit),
    rename: (id, name) => db.update(customers).set({ name }).where(eq(customers.id, id)),
    lines: (limit) => rows(events).orderBy(events.id).limit(limit),
    log: (line) => db.insert(events).values({ text: line }),
    logAll: (texts) => db.insert(events).values(texts.map((line) => ({ text: line }))),
    forget: (id) => db.delete(events).where(eq(events.id, id)),
    nextJob: async () => {
      const ready = rows(jobs).where(eq(jobs.state, "ready")).orderBy(jobs.id).limit(1);
      return (await ready.for("update", { skipLocked: true }))[0];
    },
    finish: (id) => db.update(jobs).set({ state: "done" }).where(eq(jobs.id, id)),
    ping: () => db.execute(sql`select 1`),
  };
}
