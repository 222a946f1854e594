import pg from "pg";

/** The shop by node-postgres alone. */
export async function open(url, max) {
  const pool = new pg.Pool({ connectionString: url, max });
  return { ...shopOf(pool), transaction: (work) => transaction(pool, work), close: () => pool.end() };
}

async function transaction(pool, work) {
  const client = await pool.connect();
  try {
    await client.query("begin");
    await work(shopOf(client));
    await client.query("commit");
  } catch (error) {
    await client.query("rollback");
    throw error;
  } finally {
    client.release();
  }
}

function shopOf(client) {
  const rows = async (text, values) => (await client.query(text, values)).rows;
  return {
    customers: (limit) => rows("select * from customers order by id limit $1", [limit]),
    orders: (limit) => rows("select * from orders order by id limit $1", [limit]),
    customer: async (id) => (await rows("select * from customers where id = $1", [id]))[0],
    product: async (id) => (await rows("select * from products where id = $1", [id]))[0],
    ordersOf: (id) => rows("select * from orders where customer_id = $1", [id]),
    countOf: async (id) => (await rows("select count(*) as n from orders where customer_id = $1", [id]))[0].n,
    setting: (name) => rows("select value from settings where name = $1", [name]),
    session: (token) => rows("select customer_id from sessions where token = $1", [token]),
    withOrders: (limit) =>
      rows("select c.*, o.id as order_id from customers c join orders o on o.customer_id = c.id where c.id <= $1", [
        limit,
      ]),
    batch: (ids) => rows("select * from orders where customer_id = any($1)", [ids]),
    page: (limit, offset) => rows("select * from orders order by id limit $1 offset $2", [limit, offset]),
    after: (id, limit) => rows("select * from orders where id > $1 order by id limit $2", [id, limit]),
    rename: (id, name) => rows("update customers set name = $2 where id = $1", [id, name]),
    lines: (limit) => rows("select * from events order by id limit $1", [limit]),
    log: (text) => rows("insert into events (text) values ($1)", [text]),
    logAll: (texts) => rows("insert into events (text) select unnest($1::text[])", [texts]),
    forget: (id) => rows("delete from events where id = $1", [id]),
    nextJob: async () =>
      (await rows("select id from jobs where state = 'ready' order by id limit 1 for update skip locked"))[0],
    finish: (id) => rows("update jobs set state = 'done' where id = $1", [id]),
    ping: () => rows("select 1"),
  };
}
