import knex from "knex";
import { Model } from "objection";
import { shopOf as shopOfKnex } from "./knex.mjs";

class Order extends Model {
  static tableName = "orders";
}

class Customer extends Model {
  static tableName = "customers";
  static relationMappings = {
    orders: {
      relation: Model.HasManyRelation,
      modelClass: Order,
      join: { from: "customers.id", to: "orders.customer_id" },
    },
  };
}

/** The shop by Objection; what it leaves to Knex is Knex's. */
export async function open(url, max) {
  const db = knex({ client: "pg", connection: url, pool: { min: 0, max } });
  const transaction = (work) => db.transaction((within) => work(shopOf(within)));
  return { ...shopOf(db), transaction, close: () => db.destroy() };
}

function shopOf(db) {
  return {
    ...shopOfKnex(db),
    customers: (limit) => Customer.query(db).orderBy("id").limit(limit),
    orders: (limit) => Order.query(db).orderBy("id").limit(limit),
    customer: (id) => Customer.query(db).findById(id),
    ordersOf: async (id) => Customer.relatedQuery("orders", db).for(id),
    countOf: (id) => Order.query(db).where("customer_id", id).resultSize(),
    withOrders: (limit) => Customer.query(db).where("id", "<=", limit).withGraphFetched("orders"),
    batch: (ids) => Order.query(db).whereIn("customer_id", ids),
    rename: (id, name) => Customer.query(db).findById(id).patch({ name }),
  };
}
