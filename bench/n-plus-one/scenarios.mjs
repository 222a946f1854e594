/**
 * What a request does, with `n` rows or rounds. `found`: the rule that has to speak, and nothing else; null: a look-alike
 * on which nothing may.
 */
export const SCENARIOS = {
  "has-many": {
    found: "n-plus-one",
    run: async (shop, n) => each(await shop.customers(n), ({ id }) => shop.ordersOf(id)),
  },
  "belongs-to": {
    found: "n-plus-one",
    run: async (shop, n) => each(await shop.orders(n), (order) => shop.customer(order.customer_id)),
  },
  parallel: {
    found: "n-plus-one",
    run: async (shop, n) => Promise.all((await shop.customers(n)).map(({ id }) => shop.ordersOf(id))),
  },
  "count-per-row": {
    found: "n-plus-one",
    run: async (shop, n) => each(await shop.customers(n), ({ id }) => shop.countOf(id)),
  },
  "in-transaction": {
    found: "n-plus-one",
    run: (shop, n) =>
      shop.transaction(async (within) => {
        for (let id = 1; id <= n; id += 1) await shop.customer(id, within);
      }),
  },
  "same-again": { found: "redundant-query", run: (shop, n) => times(n, () => shop.setting("currency")) },
  "write-each": { found: "row-by-row-write", run: (shop, n) => times(n, (id) => shop.rename(id, `c${id}`)) },
  "insert-each": { found: "row-by-row-write", run: (shop, n) => times(n, (id) => shop.log(`line ${id}`)) },
  "eager-load": { found: null, run: (shop, n) => shop.withOrders(n) },
  "batch-load": { found: null, run: async (shop, n) => shop.batch((await shop.customers(n)).map(({ id }) => id)) },
  "loader-batches": {
    found: null,
    run: (shop, n) => times(n, (round) => shop.batch([round * 3 + 1, round * 3 + 2, round * 3 + 3])),
  },
  "hot-point": { found: null, run: (shop, n) => shop.customer(1 + (n % 50)) },
  "look-up-then-list": {
    found: null,
    run: async (shop, n) => {
      await shop.customer(1 + (n % 50));
      await shop.orders(10);
    },
  },
  "offset-pages": { found: null, run: (shop, n) => times(n, (page) => shop.page(10, page * 10)) },
  "keyset-pages": { found: null, run: (shop, n) => times(n, (page) => shop.after(page * 10, 10)) },
  "import-in-chunks": {
    found: null,
    run: (shop, n) => times(n, (chunk) => shop.logAll([`a${chunk}`, `b${chunk}`, `c${chunk}`])),
  },
  "few-rows": { found: null, run: async (shop) => each(await shop.customers(3), ({ id }) => shop.ordersOf(id)) },
  polling: {
    found: null,
    run: (shop) =>
      times(7, async () => {
        await shop.setting("status");
        await new Promise((resolve) => setTimeout(resolve, 60));
      }),
  },
};

async function each(list, work) {
  for (const one of list) await work(one);
}

async function times(n, work) {
  for (let index = 1; index <= n; index += 1) await work(index);
}
