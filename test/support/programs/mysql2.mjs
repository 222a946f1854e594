// Ten customers with their orders, by mysql2. Arguments: lazy, eager or joined, and query, execute or callback.
import callbacks from "mysql2";
import mysql from "mysql2/promise";

const [, , form, way] = process.argv;
const options = { uri: process.env.MYSQL_URL, connectionLimit: 1 };
const text = "select id, total from orders where customer_id = ?";
const pool = mysql.createPool(options);
const plain = callbacks.createPool(options);

const ways = {
  query: async (id) => (await pool.query(text, [id]))[0], // query
  execute: async (id) => (await pool.execute(text, [id]))[0], // execute
  callback: (id) =>
    new Promise((resolve, reject) => {
      plain.query(text, [id], (error, rows) => (error ? reject(error) : resolve(rows))); // callback
    }),
};
const [customers] = await pool.query("select id, name from customers order by id limit 10");
let count = 0;
if (form === "lazy") {
  for (const { id } of customers) count += (await ways[way](id)).length;
} else if (form === "joined") {
  await pool.query("select c.id, a.seq as a, b.seq as b from customers c join seq_1_to_12 a join seq_1_to_10 b"); // joined
} else {
  const ids = customers.map(({ id }) => id);
  count = (await pool.query("select id, total from orders where customer_id in (?)", [ids]))[0].length;
}
console.log(`${count} orders`);
await pool.end();
plain.end();
