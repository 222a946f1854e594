import { count, eq, gt, inArray, lte } from "drizzle-orm";
import { drizzle } from "drizzle-orm/node-postgres";
import { integer, pgTable, serial, text } from "drizzle-orm/pg-core";
import pg from "pg";

const customers = pgTable("customers", { id: serial().primaryKey(), name: text() });
const orders = pgTable("orders", { id: serial().primaryKey(), total: integer(), customer_id: integer() });
const events = pgTable("events", { id: serial().primaryKey(), text: text() });
const settings = pgTable("settings", { name: text().primaryKey(), value: text() });

/** The shop by Drizzle. */
export async function open(url, max) {
  const pool = new pg.Pool({ connectionString: url, max });
  const db = drizzle({ client: pool });
  return {
    customers: (limit) => db.select().from(customers).orderBy(customers.id).limit(limit),
    orders: (limit) => db.select().from(orders).orderBy(orders.id).limit(limit),
    customer: async (id, within = db) => (await within.select().from(customers).where(eq(customers.id, id)))[0],
    ordersOf: (id) => db.select().from(orders).where(eq(orders.customer_id, id)),
    countOf: async (id) => (await db.select({ n: count() }).from(orders).where(eq(orders.customer_id, id)))[0].n,
    setting: (name) => db.select().from(settings).where(eq(settings.name, name)),
    withOrders: (limit) =>
      db
        .select()
        .from(customers)
        .innerJoin(orders, eq(orders.customer_id, customers.id))
        .where(lte(customers.id, limit)),
    batch: (ids) => db.select().from(orders).where(inArray(orders.customer_id, ids)),
    page: (limit, offset) => db.select().from(orders).orderBy(orders.id).limit(limit).offset(offset),
    after: (id, limit) => db.select().from(orders).where(gt(orders.id, id)).orderBy(orders.id).limit(limit),
    rename: (id, name) => db.update(customers).set({ name }).where(eq(customers.id, id)),
    log: (line) => db.insert(events).values({ text: line }),
    logAll: (texts) => db.insert(events).values(texts.map((line) => ({ text: line }))),
    transaction: (work) => db.transaction(work),
    close: () => pool.end(),
  };
}
