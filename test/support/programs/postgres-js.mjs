// Ten customers with their orders, by postgres. Argument: lazy or eager.
import postgres from "postgres";

const sql = postgres(process.env.DATABASE_URL, { max: 3 });
const customers = await sql`select id, name from customers order by id limit ${10}`;
let count = 0;
if (process.argv[2] === "lazy") {
  for (const { id } of customers) {
    const orders = await sql`select id, total from orders where customer_id = ${id}`; // n+1
    count += orders.length;
  }
} else {
  const ids = customers.map(({ id }) => id);
  count = (await sql`select id, total from orders where customer_id in ${sql(ids)}`).length;
}
console.log(`${count} orders`);
await sql.end();
