// Ten customers with their orders, by Drizzle, as TypeScript under tsx. Argument: lazy or eager.
import { eq } from "drizzle-orm";
import { drizzle } from "drizzle-orm/node-postgres";
import { integer, pgTable, text } from "drizzle-orm/pg-core";
import pg from "pg";

interface Counted {
  readonly id: number;
}

const customers = pgTable("customers", { id: integer().primaryKey(), name: text() });
const orders = pgTable("orders", { id: integer().primaryKey(), total: integer(), customerId: integer("customer_id") });

const pool = new pg.Pool({ connectionString: process.env["DATABASE_URL"] });
const database = drizzle({ client: pool });

async function countOrders(customer: Counted): Promise<number> {
  const found = await database.select().from(orders).where(eq(orders.customerId, customer.id)); // n+1
  return found.length;
}

let count = 0;
if (process.argv[2] === "lazy") {
  const listed: readonly Counted[] = await database.select().from(customers).orderBy(customers.id).limit(10);
  for (const customer of listed) count += await countOrders(customer);
} else {
  const ten = database.select().from(customers).orderBy(customers.id).limit(10).as("ten");
  count = (await database.select().from(ten).innerJoin(orders, eq(orders.customerId, ten.id))).length;
}
console.log(`${count} orders`);
await pool.end();
