// Ten customers with their orders, by pg alone. Arguments: lazy or eager, and an exit code.
import pg from "pg";

const [, , form, exitCode] = process.argv;
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 2 });

async function ordersOf(customer) {
  const { rows } = await pool.query("select id, total from orders where customer_id = $1", [customer.id]); // n+1
  return rows;
}

const { rows: customers } = await pool.query("select id, name from customers order by id limit 10");
let count = 0;
if (form === "lazy") {
  for (const customer of customers) count += (await ordersOf(customer)).length;
} else {
  const ids = customers.map(({ id }) => id);
  count = (await pool.query("select id, total from orders where customer_id = any($1)", [ids])).rows.length;
}
console.log(`${count} orders`);
await pool.end();
process.exitCode = Number(exitCode ?? 0);
