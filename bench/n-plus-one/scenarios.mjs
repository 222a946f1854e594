/**
 * What a request does, with `n` rows or rounds. `found`: the rule that has to speak, and nothing else; null: a look-alike
 * on which nothing may. `loops`: how many loops are in it, where more than one. `isBare`: never put into a transaction
 * of its own. `isPart`: only another scenario asks for it, as a request of its own.
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
  nested: {
    found: "n-plus-one",
    loops: 2,
    run: async (shop, n) =>
      each(await shop.customers(Math.max(5, Math.round(n / 5))), async ({ id }) =>
        each((await shop.ordersOf(id)).slice(0, 5), (order) => shop.product(order.product_id)),
      ),
  },
  "count-per-row": {
    found: "n-plus-one",
    run: async (shop, n) => each(await shop.customers(n), ({ id }) => shop.countOf(id)),
  },
  "in-transaction": {
    found: "n-plus-one",
    run: (shop, n) =>
      shop.transaction(async (within) => {
        for (let id = 1; id <= n; id += 1) await within.customer(id);
      }),
  },
  "same-again": { found: "redundant-query", run: (shop, n) => times(n, () => shop.setting("currency")) },
  "write-each": { found: "row-by-row-write", run: (shop, n) => times(n, (id) => shop.rename(id, `c${id}`)) },
  "insert-each": { found: "row-by-row-write", run: (shop, n) => times(n, (id) => shop.log(`line ${id}`)) },
  "delete-each": {
    found: "row-by-row-write",
    run: async (shop, n) => each(await shop.lines(n), ({ id }) => shop.forget(id)),
  },
  "eager-load": { found: null, run: (shop, n) => shop.withOrders(n) },
  "batch-load": { found: null, run: async (shop, n) => shop.batch((await shop.customers(n)).map(({ id }) => id)) },
  "loader-batches": {
    found: null,
    run: (shop, n) => times(n, (round) => shop.batch([round * 3 + 1, round * 3 + 2, round * 3 + 3])),
  },
  "hot-point": { found: null, run: (shop, n) => shop.customer(1 + (n % 50)) },
  "hot-burst": {
    found: null,
    isBare: true,
    run: (_shop, n, ask) =>
      together(6, n, async (at) => {
        await ask("hot-point", at * 37);
        await pause((at * 5) % 9);
      }),
  },
  "look-up-then-list": {
    found: null,
    run: async (shop, n) => {
      await shop.customer(1 + (n % 50));
      await shop.orders(10);
    },
  },
  "session-look-up": {
    found: null,
    isBare: true,
    run: (_shop, n, ask) => times(Math.min(n, 30), (at) => ask("with-session", at * 37)),
  },
  "with-session": {
    found: null,
    isPart: true,
    run: async (shop, n) => {
      await shop.session("token 7");
      await shop.customer(1 + (n % 50));
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
    isBare: true,
    run: (shop) =>
      times(7, async () => {
        await shop.setting("status");
        await pause(60);
      }),
  },
  "health-pings": {
    found: null,
    isBare: true,
    run: (_shop, _n, ask) =>
      times(8, async () => {
        await ask("health", 0);
        await pause(50);
      }),
  },
  health: { found: null, isPart: true, isBare: true, run: (shop) => shop.ping() },
  "queue-workers": {
    found: null,
    isBare: true,
    run: (_shop, n, ask) => together(3, Math.min(n, 30), () => ask("take-job", 0)),
  },
  "take-job": {
    found: null,
    isPart: true,
    isBare: true,
    run: (shop) =>
      shop.transaction(async (within) => {
        const job = await within.nextJob();
        if (job !== undefined && job !== null) await within.finish(job.id);
      }),
  },
  retries: {
    found: null,
    isBare: true,
    run: (shop) =>
      times(6, async (attempt) => {
        const busy = new Error("busy");
        const attempted = shop.transaction(async (within) => {
          await within.customer(7);
          await within.rename(7, "c7");
          if (attempt < 6) throw busy;
        });
        await attempted.catch((error) => {
          if (error !== busy) throw error;
        });
        await pause(5 * 2 ** attempt);
      }),
  },
};

async function each(list, work) {
  for (const one of list) await work(one);
}

async function times(n, work) {
  for (let index = 1; index <= n; index += 1) await work(index);
}

/** The same with several workers at once. */
async function together(workers, n, work) {
  let next = 1;
  const worker = async () => {
    while (next <= n) {
      const index = next;
      next += 1;
      await work(index);
    }
  };
  await Promise.all(Array.from({ length: workers }, worker));
}

function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
