// Ten customers with their orders, by TypeORM. Argument: lazy or eager.
import "reflect-metadata";
import { DataSource, EntitySchema } from "typeorm";

const Customer = new EntitySchema({
  name: "Customer",
  tableName: "customers",
  columns: { id: { type: Number, primary: true }, name: { type: "text" } },
  relations: { orders: { type: "one-to-many", target: "Order", inverseSide: "customer" } },
});
const Order = new EntitySchema({
  name: "Order",
  tableName: "orders",
  columns: { id: { type: Number, primary: true }, total: { type: Number } },
  relations: { customer: { type: "many-to-one", target: "Customer", joinColumn: { name: "customer_id" } } },
});
const source = new DataSource({ type: "postgres", url: process.env.DATABASE_URL, entities: [Customer, Order] });
await source.initialize();

const customers = source.getRepository(Customer);
const orders = source.getRepository(Order);
let count = 0;
if (process.argv[2] === "lazy") {
  for (const customer of await customers.find({ order: { id: "ASC" }, take: 10 })) {
    const found = await orders.find({ where: { customer: { id: customer.id } } }); // n+1
    count += found.length;
  }
} else {
  const found = await customers.find({ order: { id: "ASC" }, take: 10, relations: { orders: true } });
  for (const customer of found) count += customer.orders.length;
}
console.log(`${count} orders`);
await source.destroy();
