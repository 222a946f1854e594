// Ten customers with their orders, by Knex. Argument: lazy or eager.
const knex = require("knex")({ client: "pg", connection: process.env.DATABASE_URL, pool: { min: 0, max: 3 } });

async function ordersOf(id) {
  return knex("orders").select("id", "total").where({ customer_id: id });
}

async function main() {
  let count = 0;
  const customers = await knex("customers").select("id", "name").orderBy("id").limit(10);
  if (process.argv[2] === "lazy") {
    const found = await Promise.all(
      customers.map(async ({ id }) => {
        const orders = await knex("orders").select("id", "total").where({ customer_id: id }); // n+1
        return orders.length;
      }),
    );
    for (const length of found) count += length;
  } else {
    const ids = customers.map(({ id }) => id);
    count = (await knex("orders").select("id", "total").whereIn("customer_id", ids)).length;
  }
  if (process.argv[2] === "helper") for (const { id } of customers) count += (await ordersOf(id)).length;
  console.log(`${count} orders`);
  await knex.destroy();
}

main();
