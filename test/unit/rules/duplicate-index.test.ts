import rule from "../../../rules/duplicate-index/index.ts";
import type { Artifacts, Index } from "../../../src/rule.ts";
import { artifacts, index, relation } from "../../../src/testing.ts";
import { ruleSuite } from "../../support/rule-suite.ts";

const a = index("orders_a", "orders", ["customer_id"]);
const given = (...indexes: Index[]): Artifacts => artifacts({ indexes });
const other = (fields: Partial<Index>): Artifacts => given(a, index("orders_b", "orders", ["customer_id"], fields));

ruleSuite(rule, {
  loud: [
    {
      name: "the second of two equal indexes",
      artifacts: other({}),
      expect: {
        subject: { index: relation("orders_b") },
        messageIncludes: ["orders_a", "20 MB"],
        recommendation: { kind: "drop-index", index: relation("orders_b") },
        topics: ["index:public.orders_b"],
      },
    },
    {
      name: "the plain one beside a constraint's, whatever the names",
      artifacts: other({ isUnique: true, constraint: "orders_key" }),
      expect: { subject: { index: relation("orders_a") }, messageIncludes: ["backs the constraint orders_key"] },
    },
    {
      name: "a unique index beside the primary key",
      artifacts: given(
        index("orders_pkey", "orders", ["id"], { isUnique: true, isPrimaryKey: true, constraint: "orders_pkey" }),
        index("orders_id", "orders", ["id"], { isUnique: true }),
      ),
      expect: { subject: { index: relation("orders_id") } },
    },
    {
      name: "a fully reversed index",
      artifacts: given(a, index("orders_b", "orders", [{ column: "customer_id", descending: true }])),
      expect: { subject: { index: relation("orders_b") } },
    },
    {
      name: "two of three equal ones",
      artifacts: given(a, index("orders_b", "orders", ["customer_id"]), index("orders_c", "orders", ["customer_id"])),
      expect: { count: 2 },
    },
  ],
  quiet: [
    { name: "another method", artifacts: other({ method: "hash" }) },
    { name: "another predicate", artifacts: other({ predicate: "(paid)" }) },
    { name: "another INCLUDE list", artifacts: other({ includedColumns: ["total"] }) },
    { name: "an invalid twin", artifacts: other({ isValid: false }) },
    { name: "a twin under construction", artifacts: other({ isBuilding: true }) },
    { name: "indexes of partitions", artifacts: other({ partOfIndex: relation("parent") }) },
    {
      name: "two that back constraints",
      artifacts: given(
        { ...a, isUnique: true, constraint: "x" },
        index("b", "orders", ["customer_id"], { isUnique: true, constraint: "y" }),
      ),
    },
    {
      name: "unique ones that differ in nulls",
      artifacts: given(
        { ...a, isUnique: true },
        index("b", "orders", ["customer_id"], { isUnique: true, nullsNotDistinct: true }),
      ),
    },
    {
      name: "another operator class",
      artifacts: given(a, index("b", "orders", [{ column: "customer_id", operatorClass: "text_pattern_ops" }])),
    },
    {
      name: "another collation",
      artifacts: given(a, index("b", "orders", [{ column: "customer_id", collation: "C" }])),
    },
    {
      name: "an order reversed in one key only",
      artifacts: given(
        index("a", "orders", ["x", "y"]),
        index("b", "orders", ["x", { column: "y", descending: true }]),
      ),
    },
    { name: "keys that could not be read", artifacts: given(index("a", "orders", [{}]), index("b", "orders", [{}])) },
    { name: "another table", artifacts: given(a, index("b", "items", ["customer_id"])) },
    {
      name: "small indexes",
      artifacts: given({ ...a, sizeBytes: 8192 }, index("b", "orders", ["customer_id"], { sizeBytes: 8192 })),
    },
  ],
});
