import "reflect-metadata";
import { DataSource, EntitySchema, In, LessThanOrEqual, MoreThan } from "typeorm";

/** The shop by TypeORM. */
export async function open(url, max) {
  const id = { type: Number, primary: true, generated: true };
  const Customer = new EntitySchema({
    name: "Customer",
    tableName: "customers",
    columns: { id, name: { type: "text" } },
    relations: { orders: { type: "one-to-many", target: "Order", inverseSide: "customer" } },
  });
  const Order = new EntitySchema({
    name: "Order",
    tableName: "orders",
    columns: { id, total: { type: Number }, customer_id: { type: Number } },
    relations: { customer: { type: "many-to-one", target: "Customer", joinColumn: { name: "customer_id" } } },
  });
  const Event = new EntitySchema({ name: "Event", tableName: "events", columns: { id, text: { type: "text" } } });
  const Setting = new EntitySchema({
    name: "Setting",
    tableName: "settings",
    columns: { name: { type: "text", primary: true }, value: { type: "text" } },
  });
  const db = new DataSource({ type: "postgres", url, poolSize: max, entities: [Customer, Order, Event, Setting] });
  await db.initialize();
  const of = (entity, within = db) => within.getRepository(entity);
  return {
    customers: (take) => of(Customer).find({ order: { id: "ASC" }, take }),
    orders: (take) => of(Order).find({ order: { id: "ASC" }, take }),
    customer: (key, within) => of(Customer, within).findOneBy({ id: key }),
    ordersOf: (key) => of(Order).findBy({ customer_id: key }),
    countOf: (key) => of(Order).countBy({ customer_id: key }),
    setting: (name) => of(Setting).findOneBy({ name }),
    withOrders: (limit) => of(Customer).find({ where: { id: LessThanOrEqual(limit) }, relations: { orders: true } }),
    batch: (ids) => of(Order).findBy({ customer_id: In(ids) }),
    page: (take, skip) => of(Order).find({ order: { id: "ASC" }, take, skip }),
    after: (key, take) => of(Order).find({ where: { id: MoreThan(key) }, order: { id: "ASC" }, take }),
    rename: (key, name) => of(Customer).update({ id: key }, { name }),
    log: (text) => of(Event).insert({ text }),
    logAll: (texts) => of(Event).insert(texts.map((text) => ({ text }))),
    transaction: (work) => db.transaction(work),
    close: () => db.destroy(),
  };
}
