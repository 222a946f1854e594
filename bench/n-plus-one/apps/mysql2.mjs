import mysql from "mysql2/promise";

/** The shop by mysql2 alone, on MariaDB. */
export async function open(uri, connectionLimit) {
  const pool = mysql.createPool({ uri, connectionLimit });
  return { ...shopOf(pool), transaction: (work) => transaction(pool, work), close: () => pool.end() };
}

async function transaction(pool, work) {
  const connection = await pool.getConnection();
  try {
    await connection.beginTransaction();
    await work(shopOf(connection));
    await connection.commit();
  } catch (error) {
    await connection.rollback();
    throw error;
  } finally {
    connection.release();
  }
}

function shopOf(client) {
  const rows = async (text, values) => (await client.query(text, values))[0];
  return {
    customers: (limit) => rows("select * from customers order by id limit ?", [limit]),
    orders: (limit) => rows("select * from orders order by id limit ?", [limit]),
    customer: async (id) => (await rows("select * from customers where id = ?", [id]))[0],
    product: async (id) => (await rows("select * from products where id = ?", [id]))[0],
    ordersOf: (id) => rows("select * from orders where customer_id = ?", [id]),
    countOf: async (id) => (await rows("select count(*) as n from orders where customer_id = ?", [id]))[0].n,
    setting: (name) => rows("select value from settings where name = ?", [name]),
    session: (token) => rows("select customer_id from sessions where token = ?", [token]),
    withOrders: (limit) =>
      rows("select c.*, o.id as order_id from customers c join orders o on o.customer_id = c.id where c.id <= ?", [
        limit,
      ]),
    batch: (ids) => rows("select * from orders where customer_id in (?)", [ids]),
    page: (limit, offset) => rows("select * from orders order by id limit ? offset ?", [limit, offset]),
    after: (id, limit) => rows("select * from orders where id > ? order by id limit ?", [id, limit]),
    rename: (id, name) => rows("update customers set name = ? where id = ?", [name, id]),
    lines: (limit) => rows("select * from events order by id limit ?", [limit]),
    log: (text) => rows("insert into events (text) values (?)", [text]),
    logAll: (texts) => rows("insert into events (text) values ?", [texts.map((text) => [text])]),
    forget: (id) => rows("delete from events where id = ?", [id]),
    nextJob: async () =>
      (await rows("select id from jobs where state = 'ready' order by id limit 1 for update skip locked"))[0],
    finish: (id) => rows("update jobs set state = 'done' where id = ?", [id]),
    ping: () => rows("select 1"),
  };
}
