/** Kind of a column: what its type and its values are. */
export type ColumnKind = (typeof KINDS)[number];

const KINDS = ["key", "count", "word", "text", "money", "time", "flag"] as const;

export interface Column {
  readonly name: string;
  readonly kind: ColumnKind;
}

/** A table of the shop; each has a serial `id` beside these columns. */
export interface Table {
  readonly name: string;
  /** The table that the first column refers to. */
  readonly parent: string | null;
  readonly columns: readonly Column[];
}

const TABLES = [
  "customers - first_name:text last_name:text email:text phone:word city:word locale:word is_active:flag created_at:time",
  "addresses customers customer_id:key street:text zip:word city:word country:word is_default:flag updated_at:time",
  "products - sku:word title:text description:text price:money vat_rate:money stock_count:count is_listed:flag created_at:time",
  "categories - slug:word title:text position:count is_visible:flag updated_at:time",
  "product_categories products product_id:key category_id:key position:count",
  "orders customers customer_id:key state:word total:money currency:word coupon:word note:text placed_at:time updated_at:time",
  "order_items orders order_id:key product_id:key sku:word quantity:count unit_price:money discount:money created_at:time",
  "payments orders order_id:key provider:word reference:word amount:money state:word captured_at:time created_at:time",
  "refunds payments payment_id:key amount:money reason:text created_at:time",
  "shipments orders order_id:key carrier:word tracking_code:word state:word weight:count shipped_at:time updated_at:time",
  "carts customers customer_id:key token:word state:word expires_at:time updated_at:time",
  "cart_items carts cart_id:key product_id:key quantity:count added_at:time",
  "reviews products product_id:key customer_id:key rating:count title:text body:text is_published:flag created_at:time",
  "coupons - code:word percent_off:count valid_from:time valid_until:time max_uses:count is_active:flag",
  "warehouses - code:word city:word country:word capacity:count",
  "inventory_levels warehouses warehouse_id:key product_id:key on_hand:count reserved:count counted_at:time",
  "web_sessions customers customer_id:key token:word address:word agent:text created_at:time last_seen_at:time",
  "notifications customers customer_id:key channel:word subject:text body:text is_read:flag sent_at:time",
  "audit_entries customers customer_id:key action:word entity:word entity_id:count payload:text created_at:time",
  "jobs - queue:word handler:text attempts:count priority:count run_at:time locked_by:word locked_at:time last_error:text",
];

/** The tables of the shop that the recordings are made of; a parent comes before its children. */
export const shopTables: readonly Table[] = TABLES.map((line) => {
  const [name = "", parent = "-", ...columns] = line.split(" ");
  return {
    name,
    parent: parent === "-" ? null : parent,
    columns: columns.map((column) => {
      const [columnName = "", kind = "text"] = column.split(":");
      return { name: columnName, kind: KINDS.find((known) => known === kind) ?? "text" };
    }),
  };
});

const TYPES: Readonly<Record<ColumnKind, string>> = {
  key: "int not null",
  count: "int",
  word: "varchar(40)",
  text: "varchar(400)",
  money: "numeric(12, 2)",
  time: "timestamp null",
  flag: "boolean",
};

/** Statements that make the tables, in the words that PostgreSQL and MariaDB share; `serial` differs. */
export function shopDdl(serial: string): readonly string[] {
  return shopTables.flatMap(({ name, columns }) => {
    const keys = columns.filter(({ kind }) => kind === "key");
    return [
      `create table ${name} (id ${serial} primary key, ${columns.map((column) => `${column.name} ${TYPES[column.kind]}`).join(", ")})`,
      ...keys.map((key) => `create index ${name}_${key.name}_idx on ${name} (${key.name})`),
    ];
  });
}
