// Ten tests with one query each, and one test with ten: only the last one is a loop.
import { after, describe, test } from "node:test";
import pg from "pg";

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL });
const text = "select id, total from orders where customer_id = $1";
after(() => pool.end());

for (let id = 1; id <= 10; id += 1) {
  test(`customer ${id}`, async () => {
    await pool.query("select id, name from customers where id = $1", [id]);
    await pool.query(text, [id]);
  });
}

describe("customers", () => {
  test("counts orders one by one", async () => {
    const { rows } = await pool.query("select id, name from customers order by id limit 10");
    for (const { id } of rows) {
      await pool.query(text, [id]); // n+1
    }
  });
});
