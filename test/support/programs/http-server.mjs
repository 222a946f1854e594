// A server that answers GET /customers/:id with one query a customer, asks itself for three of them, and ends.
import http from "node:http";
import pg from "pg";

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 1 });
const server = http.createServer(async (request, response) => {
  const id = Number(request.url?.split("/").at(-1));
  const { rows } = await pool.query("select id, name from customers where id >= $1 order by id limit 6", [id]);
  let count = 0;
  for (const customer of rows) {
    const found = await pool.query("select id, total from orders where customer_id = $1", [customer.id]); // n+1
    count += found.rows.length;
  }
  response.end(`${count} orders`);
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const { port } = server.address();
const texts = await Promise.all(
  [1, 2, 3].map(async (id) => (await fetch(`http://127.0.0.1:${port}/customers/${id}`)).text()),
);
console.log(texts.join("\n"));
server.close();
await pool.end();
