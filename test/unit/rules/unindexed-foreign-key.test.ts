import rule from "../../../rules/unindexed-foreign-key/index.ts";
import type { ArtifactTypes } from "../../../src/rule.ts";
import {
  artifacts,
  columnStatistic,
  foreignKey,
  index,
  relation,
  table,
  tableStatistic,
} from "../../../src/testing.ts";
import { ruleSuite } from "../../support/rule-suite.ts";

const key = foreignKey("orders_customer_fkey", "orders", ["customer_id"], { table: "customers" });
const pair = foreignKey("items_pair_fkey", "orders", ["shop_id", "order_no"], {
  table: "shop_orders",
  columns: ["shop_id", "no"],
});

function shop(fields: Partial<ArtifactTypes>): ReturnType<typeof artifacts> {
  return artifacts({ tables: [table("orders"), table("customers")], indexes: [], constraints: [key], ...fields });
}

const partitioned = [
  table("orders", { kind: "partitioned-table", estimatedRows: null, sizeBytes: null }),
  table("orders_a", { partitionOf: relation("orders"), estimatedRows: 6000 }),
  table("orders_b", { partitionOf: relation("orders"), estimatedRows: 6000 }),
];

ruleSuite(rule, {
  loud: [
    {
      name: "a parent with deletes",
      artifacts: shop({ tableStatistics: [tableStatistic("customers", { rowsDeleted: 40 })] }),
      expect: {
        severity: "warning",
        messageIncludes: [
          "orders (customer_id) references customers",
          "40 rows of customers were deleted",
          "1,000,000",
        ],
        recommendation: { kind: "create-index", columns: ["customer_id"] },
        topics: ["columns:public.orders(customer_id)"],
      },
    },
    {
      name: "a parent without deletes",
      artifacts: shop({ tableStatistics: [tableStatistic("customers")] }),
      expect: { severity: "info" },
    },
    {
      name: "an index that is partial, one that is invalid and one on the first of two columns",
      artifacts: shop({
        constraints: [pair],
        indexes: [
          index("a", "orders", ["shop_id", "order_no"], { predicate: "(paid)" }),
          index("b", "orders", ["shop_id", "order_no"], { isValid: false }),
          index("c", "orders", ["shop_id"]),
        ],
      }),
      expect: { severity: "info", subject: { columns: ["shop_id", "order_no"] } },
    },
    {
      name: "an index on the one of two columns that finds many rows",
      artifacts: shop({
        constraints: [pair],
        indexes: [index("i", "orders", ["shop_id"])],
        columnStatistics: [columnStatistic("orders", "shop_id", { distinct: 20 })],
      }),
      expect: { severity: "info" },
    },
    {
      name: "a partition without an index of its own",
      artifacts: shop({ tables: partitioned, indexes: [index("i", "orders_a", ["customer_id"])] }),
      expect: { severity: "info", recommendation: { kind: "advice" } },
    },
    {
      name: "a partitioned table once",
      artifacts: shop({
        tables: partitioned,
        constraints: [key, foreignKey("x", "orders_a", ["customer_id"], { table: "customers" }, { isInherited: true })],
      }),
      expect: { count: 1, messageIncludes: ["12,000"] },
    },
  ],
  quiet: [
    { name: "an index on the column", artifacts: shop({ indexes: [index("i", "orders", ["customer_id"])] }) },
    {
      name: "a wider index that opens with it",
      artifacts: shop({ indexes: [index("i", "orders", ["customer_id", "at"])] }),
    },
    {
      name: "both columns in another order",
      artifacts: shop({ constraints: [pair], indexes: [index("i", "orders", ["order_no", "shop_id", "x"])] }),
    },
    { name: "a hash index", artifacts: shop({ indexes: [index("i", "orders", ["customer_id"], { method: "hash" })] }) },
    {
      name: "a partial index that leaves out nulls alone",
      artifacts: shop({
        indexes: [index("i", "orders", ["customer_id"], { predicate: "(customer_id IS NOT NULL)" })],
      }),
    },
    {
      name: "an index on the one of two columns that finds few rows",
      artifacts: shop({
        constraints: [pair],
        indexes: [index("i", "orders", ["order_no", "at"])],
        columnStatistics: [columnStatistic("orders", "order_no", { distinct: -0.5 })],
      }),
    },
    {
      name: "partitions with indexes of their own",
      artifacts: shop({
        tables: partitioned,
        indexes: ["orders_a", "orders_b"].map((name) => index(`${name}_i`, name, ["customer_id"])),
      }),
    },
    { name: "a small table", artifacts: shop({ tables: [table("orders", { estimatedRows: 500 })] }) },
    {
      name: "a table that was never analyzed",
      artifacts: shop({ tables: [table("orders", { estimatedRows: null })] }),
    },
    { name: "a primary key", artifacts: shop({ constraints: [{ ...key, kind: "primary-key", references: null }] }) },
  ],
});
