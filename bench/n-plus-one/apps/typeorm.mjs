import "reflect-metadata";
import { DataSource, EntitySchema, In, LessThanOrEqual, MoreThan } from "typeorm";

const id = { type: Number, primary: true, generated: true };
const entity = (name, tableName, columns, relations = {}) => new EntitySchema({ name, tableName, columns, relations });
const Customer = entity(
  "Customer",
  "customers",
  { id, name: { type: "text" } },
  { orders: { type: "one-to-many", target: "Order", inverseSide: "customer" } },
);
const Order = entity(
  "Order",
  "orders",
  { id, total: { type: Number }, customer_id: { type: Number }, product_id: { type: Number } },
  { customer: { type: "many-to-one", target: "Customer", joinColumn: { name: "customer_id" } } },
);
const Product = entity("Product", "products", { id, name: { type: "text" } });
const Event = entity("Event", "events", { id, text: { type: "text" } });
const Job = entity("Job", "jobs", { id, state: { type: "text" } });
const Setting = entity("Setting", "settings", { name: { type: "text", primary: true }, value: { type: "text" } });
const Session = entity("Session", "sessions", {
  token: { type: "text", primary: true },
  customer_id: { type: Number },
});

/** The shop by TypeORM. */
export async function open(url, max) {
  const entities = [Customer, Order, Product, Event, Job, Setting, Session];
  const db = new DataSource({ type: "postgres", url, poolSize: max, entities });
  await db.initialize();
  const transaction = (work) => db.transaction((within) => work(shopOf(within)));
  return { ...shopOf(db), transaction, close: () => db.destroy() };
}

function shopOf(db) {
  const of = (name) => db.getRepository(name);
  const order = { id: "ASC" };
  const lock = { mode: "pessimistic_write", onLocked: "skip_locked" };
  return {
    customers: (take) => of(Customer).find({ order, take }),
    orders: (take) => of(Order).find({ order, take }),
    customer: (key) => of(Customer).findOneBy({ id: key }),
    product: (key) => of(Product).findOneBy({ id: key }),
    ordersOf: (key) => of(Order).findBy({ customer_id: key }),
    countOf: (key) => of(Order).countBy({ customer_id: key }),
    setting: (name) => of(Setting).findOneBy({ name }),
    session: (token) => of(Session).findOneBy({ token }),
    withOrders: (limit) => of(Customer).find({ where: { id: LessThanOrEqual(limit) }, relations: { orders: true } }),
    batch: (ids) => of(Order).findBy({ customer_id: In(ids) }),
    page: (take, skip) => of(Order).find({ order, take, skip }),
    after: (key, take) => of(Order).find({ where: { id: MoreThan(key) }, order, take }),
    rename: (key, name) => of(Customer).update({ id: key }, { name }),
    lines: (take) => of(Event).find({ order, take }),
    log: (text) => of(Event).insert({ text }),
    logAll: (texts) => of(Event).insert(texts.map((text) => ({ text }))),
    forget: (key) => of(Event).delete({ id: key }),
    nextJob: () => of(Job).findOne({ where: { state: "ready" }, order, lock }),
    finish: (key) => of(Job).update({ id: key }, { state: "done" }),
    ping: () => db.query("select 1"),
  };
}
