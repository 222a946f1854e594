import knex from "knex";

/** The shop by Knex. */
export async function open(url, max) {
  const db = knex({ client: "pg", connection: url, pool: { min: 0, max } });
  return shopOf(db);
}

export function shopOf(db) {
  return {
    customers: (limit) => db("customers").orderBy("id").limit(limit),
    orders: (limit) => db("orders").orderBy("id").limit(limit),
    customer: (id, within = db) => within("customers").where({ id }).first(),
    ordersOf: (id) => db("orders").where({ customer_id: id }),
    countOf: async (id) => (await db("orders").where({ customer_id: id }).count("* as n"))[0].n,
    setting: (name) => db("settings").where({ name }).first("value"),
    withOrders: (limit) =>
      db("customers").join("orders", "orders.customer_id", "customers.id").where("customers.id", "<=", limit),
    batch: (ids) => db("orders").whereIn("customer_id", ids),
    page: (limit, offset) => db("orders").orderBy("id").limit(limit).offset(offset),
    after: (id, limit) => db("orders").where("id", ">", id).orderBy("id").limit(limit),
    rename: (id, name) => db("customers").where({ id }).update({ name }),
    log: (text) => db("events").insert({ text }),
    logAll: (texts) => db("events").insert(texts.map((text) => ({ text }))),
    transaction: (work) => db.transaction(work),
    close: () => db.destroy(),
  };
}
