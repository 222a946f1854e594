/** Rows of the shop; the sum is about 200,000. */
export const ROWS = { customers: 8000, products: 2000, orders: 120_000, orderItems: 60_000, payments: 10_000 } as const;

/** One step of building the shop, with what to tell the user. */
export interface SchemaStep {
  readonly detail: string;
  readonly sql: readonly string[];
}

/** The shop: healthy apart from three faults that an analysis has to find. Run as the database's owner. */
export const SCHEMA: readonly SchemaStep[] = [
  {
    detail: "tables",
    sql: [
      `create table customers (
         id         integer generated always as identity primary key,
         email      text not null unique,
         name       text not null,
         city       text not null,
         created_at timestamptz not null)`,
      `create table products (
         id    integer generated always as identity primary key,
         sku   text not null unique,
         title text not null,
         price numeric(10,2) not null,
         stock integer not null)`,
      `create table orders (
         id               bigint generated always as identity primary key,
         customer_id      integer not null references customers,
         status           text not null check (status in ('new', 'paid', 'shipped', 'returned')),
         tracking_code    text not null,
         shipping_address text not null,
         total            numeric(10,2) not null,
         created_at       timestamptz not null)`,
      `create table order_items (
         order_id   bigint not null references orders,
         line       integer not null,
         product_id integer not null references products,
         quantity   integer not null,
         primary key (order_id, line))`,
      `create table payments (
         id       bigint generated always as identity primary key,
         order_id bigint not null references orders,
         amount   numeric(10,2) not null,
         paid_at  timestamptz not null)`,
    ],
  },
  {
    detail: "customers and products",
    sql: [
      `insert into customers (email, name, city, created_at)
       select 'customer' || n || '@example.com', 'Customer ' || n, 'City ' || n % 200, now() - n * interval '2 hours'
       from generate_series(1, ${ROWS.customers}) n`,
      `insert into products (sku, title, price, stock)
       select 'SKU-' || n, 'Product ' || n, 5 + n % 200, 1000 + n % 500
       from generate_series(1, ${ROWS.products}) n`,
    ],
  },
  {
    detail: "orders",
    sql: [
      `insert into orders (customer_id, status, tracking_code, shipping_address, total, created_at)
       select 1 + (n * 7919) % ${ROWS.customers},
              (array['new', 'paid', 'shipped', 'shipped', 'shipped', 'returned'])[1 + n % 6],
              substr(md5(n::text), 1, 16),
              'Street ' || n % 977 || ', ' || repeat('c/o reception, ', 12),
              10 + n % 400,
              now() - ((n * 104729) % 17520) * interval '1 hour' - n * interval '1 millisecond'
       from generate_series(1, ${ROWS.orders}::bigint) n`,
    ],
  },
  {
    detail: "items and payments",
    sql: [
      `insert into order_items (order_id, line, product_id, quantity)
       select 1 + (n - 1) / 2, 1 + n % 2, 1 + (n * 31) % ${ROWS.products}, 1 + n % 4
       from generate_series(1, ${ROWS.orderItems}) n`,
      `insert into payments (order_id, amount, paid_at)
       select n, 10 + n % 400, now() - n * interval '1 minute' from generate_series(1, ${ROWS.payments}) n`,
    ],
  },
  {
    detail: "indexes, and no index on orders.customer_id",
    sql: [
      "create index order_items_product_id_idx on order_items (product_id)",
      "create index payments_order_id_idx on payments (order_id)",
      "create index orders_total_idx on orders (total)",
      // Planted: the same index twice, and one whose column leads another.
      "create index orders_by_total_idx on orders (total)",
      "create index orders_tracking_code_status_idx on orders (tracking_code, status)",
      "create index orders_tracking_code_idx on orders (tracking_code)",
    ],
  },
];
