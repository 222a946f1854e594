import knex from "knex";
import { Model } from "objection";
import { shopOf } from "./knex.mjs";

/** The shop by Objection; what it leaves to Knex is Knex's. */
export async function open(url, max) {
  const db = knex({ client: "pg", connection: url, pool: { min: 0, max } });
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
  Model.knex(db);
  return {
    ...shopOf(db),
    customers: (limit) => Customer.query().orderBy("id").limit(limit),
    orders: (limit) => Order.query().orderBy("id").limit(limit),
    customer: (id, within) => Customer.query(within).findById(id),
    ordersOf: async (id) => Customer.relatedQuery("orders").for(id),
    countOf: (id) => Order.query().where("customer_id", id).resultSize(),
    withOrders: (limit) => Customer.query().where("id", "<=", limit).withGraphFetched("orders"),
    batch: (ids) => Order.query().whereIn("customer_id", ids),
    rename: (id, name) => Customer.query().findById(id).patch({ name }),
  };
}
