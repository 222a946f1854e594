/** Makes and fills the shop's tables. */
export function shopTables(dialect: "postgres" | "mariadb"): readonly string[] {
  const id = dialect === "postgres" ? "id serial primary key" : "id int auto_increment primary key";
  return [
    `create table customers (${id}, name text)`,
    `create table products (${id}, name text)`,
    `create table orders (${id}, customer_id int references customers (id), product_id int, total int)`,
    `create table events (${id}, text text)`,
    `create table jobs (${id}, state varchar(10))`,
    "create table settings (name varchar(40) primary key, value text)",
    "create table sessions (token varchar(40) primary key, customer_id int)",
    "create index jobs_state on jobs (state, id)",
    `insert into customers (name) select concat('c', i) from ${numbers(dialect, 500)}`,
    `insert into products (name) select concat('p', i) from ${numbers(dialect, 300)}`,
    `insert into orders (customer_id, product_id, total) select 1 + i % 500, 1 + i * 7 % 300, i from ${numbers(dialect, 5000)}`,
    "insert into settings values ('currency', 'EUR'), ('status', 'busy')",
    `insert into sessions select concat('token ', i), i from ${numbers(dialect, 100)}`,
    ...refilledTables(dialect),
  ];
}

/** Empties and fills again what the scenarios use up. */
export function refilledTables(dialect: "postgres" | "mariadb"): readonly string[] {
  return [
    "truncate table events",
    "truncate table jobs",
    `insert into events (text) select concat('old ', i) from ${numbers(dialect, 3000)}`,
    `insert into jobs (state) select 'ready' from ${numbers(dialect, 3000)}`,
  ];
}

function numbers(dialect: "postgres" | "mariadb", last: number): string {
  return dialect === "postgres"
    ? `generate_series(1, ${last}) as numbers (i)`
    : `(select seq as i from seq_1_to_${last}) numbers`;
}
