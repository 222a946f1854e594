import { setTimeout as sleep } from "node:timers/promises";
import type { WritableSession } from "../../engines/engine.ts";
import { ROWS } from "./schema.ts";

/** The row that the idle session holds and the blocked one waits for; nobody else updates it. */
const CONTENDED_PRODUCT = 42;

/** Opens a session of the shop's application under an application name. */
export type OpenShop = (applicationName: string) => Promise<WritableSession>;

export interface Workload {
  /** Settles when the driven part is over; the idle and the blocked session stay. */
  readonly done: Promise<void>;
  stop(): Promise<void>;
}

/** Drives the shop for `durationMs` with ten connections; `onProgress` is told the fraction, 0 to 1. */
export async function startWorkload(
  open: OpenShop,
  durationMs: number,
  onProgress: (fraction: number) => void,
): Promise<Workload> {
  const standoff = await startStandoff(open);
  const abort = new AbortController();
  const clients: readonly (readonly [string, Step, number])[] = [
    ["shop-web", browse, 8],
    ["shop-web", browse, 8],
    ["shop-web", track, 8],
    ["shop-checkout", checkout, 40],
    ["shop-checkout", checkout, 40],
    ["shop-mailer", listOrdersOneByOne, 60],
    ["shop-account", customerOrders, 10],
    ["shop-account", customerOrders, 10],
  ];
  const until = Date.now() + durationMs;
  const ticker = setInterval(() => onProgress(Math.min(1, 1 - (until - Date.now()) / durationMs)), 500);
  const runs = clients.map(([name, step, pauseMs]) => drive(open, name, step, pauseMs, until, abort.signal));
  const done = Promise.all(runs)
    .then(() => onProgress(1))
    .finally(() => clearInterval(ticker));
  // The caller may stop before it looks at the outcome.
  done.catch(() => abort.abort());
  return {
    done,
    stop: async () => {
      abort.abort();
      await Promise.allSettled(runs);
      await standoff.stop();
    },
  };
}

type Step = (session: WritableSession) => Promise<unknown>;

async function drive(
  open: OpenShop,
  name: string,
  step: Step,
  pauseMs: number,
  until: number,
  signal: AbortSignal,
): Promise<void> {
  const session = await open(name);
  try {
    while (Date.now() < until && !signal.aborted) {
      await step(session);
      await sleep(pauseMs);
    }
  } finally {
    await session.close();
  }
}

async function browse(session: WritableSession): Promise<void> {
  await session.execute("select id, title, price, stock from products where sku = $1", [`SKU-${pick(ROWS.products)}`]);
  await session.execute("select id, name, city from customers where email = $1", [
    `customer${pick(ROWS.customers)}@example.com`,
  ]);
}

async function track(session: WritableSession): Promise<void> {
  const [order] = await session.execute("select tracking_code from orders where id = $1", [pick(ROWS.orders)]);
  await session.execute("select id, status from orders where tracking_code = $1", [order?.["tracking_code"]]);
}

async function checkout(session: WritableSession): Promise<void> {
  await session.execute("begin");
  const [order] = await session.execute(
    `insert into orders (customer_id, status, tracking_code, shipping_address, total, created_at)
     values ($1, 'new', md5(random()::text), $2, $3, now()) returning id`,
    [pick(ROWS.customers), "Street 1", 40],
  );
  await session.execute("insert into order_items (order_id, line, product_id, quantity) values ($1, 1, $2, 1)", [
    order?.["id"],
    pick(ROWS.products),
  ]);
  await session.execute("insert into payments (order_id, amount, paid_at) values ($1, $2, now())", [order?.["id"], 40]);
  await session.execute("update orders set status = 'paid' where id = $1", [order?.["id"]]);
  await session.execute("commit");
}

/** The N+1 loop: one query for the orders, then one for the items of each and one for each product. */
async function listOrdersOneByOne(session: WritableSession): Promise<void> {
  const orders = await session.execute("select id, total from orders where id > $1 order by id limit 25", [
    pick(ROWS.orders / 2),
  ]);
  for (const order of orders) {
    const items = await session.execute("select line, product_id, quantity from order_items where order_id = $1", [
      order["id"],
    ]);
    for (const item of items)
      await session.execute("select title, price from products where id = $1", [item["product_id"]]);
  }
}

/** Planted: no index serves it, so that each call reads all orders. */
async function customerOrders(session: WritableSession): Promise<void> {
  await session.execute(
    "select id, status, total, created_at from orders where customer_id = $1 and status = $2 order by created_at desc limit 20",
    [pick(ROWS.customers), "shipped"],
  );
}

/** One session that holds a row lock in an idle transaction, and one that waits for the row. */
async function startStandoff(open: OpenShop): Promise<{ stop(): Promise<void> }> {
  const holder = await open("shop-admin");
  await holder.execute("begin");
  await holder.execute("update products set price = price * 1.05 where id = $1", [CONTENDED_PRODUCT]);
  const waiter = await open("shop-stock");
  const blocked = waiter
    .execute("update products set stock = stock + 10 where id = $1", [CONTENDED_PRODUCT])
    .catch(() => []);
  return {
    stop: async () => {
      await holder.execute("rollback").catch(() => []);
      await blocked;
      await Promise.allSettled([holder.close(), waiter.close()]);
    },
  };
}

/** A whole number from 1 to `count`. */
function pick(count: number): number {
  return 1 + Math.floor(Math.random() * count);
}
