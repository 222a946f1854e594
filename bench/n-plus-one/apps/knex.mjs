import knex from "knex";

/** The shop by Knex. */
export async function open(url, max) {
  return openKnex("pg", url, max);
}

/** The same with a driver of one's choice. */
export function openKnex(client, connection, max) {
  const db = knex({ client, connection, pool: { min: 0, max } });
  const transaction = (work) => db.transaction((within) => work(shopOf(within)));
  return { ...shopOf(db), transaction, close: () => db.destroy() };
}

/** What the shop does through a Knex instance or one of its transactions. */
export function shopOf(db) {
  return {
    customers: (limit) => db("customers").orderBy("id").limit(limit),
    orders: (limit) => db("orders").orderBy("id").limit(limit),
    customer: (id) => db("customers").where({ id }).first(),
    product: (id) => db("products").where({ id }).first(),
    ordersOf: (id) => db("orders").where({ customer_id: id }),
    countOf: async (id) => (await db("orders").where({ customer_id: id }).count("* as n"))[0].n,
    setting: (name) => db("settings").where({ name }).first("value"),
    session: (token) => db("sessions").where({ token }).first("customer_id"),
    withOrders: (limit) =>
      db("customers").join("orders", "orders.customer_id", "customers.id").where("customers.id", "<=", limit),
    batch: (ids) => db("orders").whereIn("customer_id", ids),
    page: (limit, offset) => db("orders").orderBy("id").limit(limit).offset(offset),
    after: (id, limit) => db("orders").where("id", ">", id).orderBy("id").limit(limit),
    rename: (id, name) => db("customers").where({ id }).update({ name }),
    lines: (limit) => db("events").orderBy("id").limit(limit),
    log: (text) => db("events").insert({ text }),
    logAll: (texts) => db("events").insert(texts.map((text) => ({ text }))),
    forget: (id) => db("events").where({ id }).delete(),
    nextJob: () => db("jobs").where({ state: "ready" }).orderBy("id").forUpdate().skipLocked().first("id"),
    finish: (id) => db("jobs").where({ id }).update({ state: "done" }),
    ping: () => db.raw("select 1"),
  };
}
