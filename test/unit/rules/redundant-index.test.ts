import rule from "../../../rules/redundant-index/index.ts";
import type { Artifacts, Index } from "../../../src/rule.ts";
import { artifacts, index, relation } from "../../../src/testing.ts";
import { ruleSuite } from "../../support/rule-suite.ts";

const narrow = index("orders_customer", "orders", ["customer_id"]);
const wide = index("orders_customer_at", "orders", ["customer_id", "created_at"]);
const given = (...indexes: Index[]): Artifacts => artifacts({ indexes });

ruleSuite(rule, {
  loud: [
    {
      name: "the beginning of a wider index",
      artifacts: given(narrow, wide),
      expect: {
        severity: "warning",
        subject: { index: relation("orders_customer") },
        messageIncludes: ["orders_customer_at (customer_id, created_at)"],
        recommendation: { kind: "drop-index", index: relation("orders_customer") },
        topics: ["index:public.orders_customer"],
      },
    },
    {
      name: "as information where the wider one is much larger",
      artifacts: given(narrow, { ...wide, sizeBytes: 104_857_600 }),
      expect: { severity: "info", messageIncludes: ["more than 3 times as large", "1,000 times"] },
    },
    {
      name: "the beginning of a primary key",
      artifacts: given(narrow, { ...wide, isUnique: true, isPrimaryKey: true }),
      expect: {},
    },
  ],
  quiet: [
    { name: "a unique index", artifacts: given({ ...narrow, isUnique: true }, wide) },
    { name: "the same keys (a duplicate)", artifacts: given(narrow, index("b", "orders", ["customer_id"])) },
    { name: "keys in another order", artifacts: given(narrow, index("b", "orders", ["created_at", "customer_id"])) },
    { name: "a wider index that is partial", artifacts: given(narrow, { ...wide, predicate: "(paid)" }) },
    { name: "a wider index that is invalid", artifacts: given(narrow, { ...wide, isValid: false }) },
    { name: "a hash index", artifacts: given({ ...narrow, method: "hash" }, wide) },
    { name: "a replica identity", artifacts: given({ ...narrow, isReplicaIdentity: true }, wide) },
    { name: "a clustered index", artifacts: given({ ...narrow, isClustered: true }, wide) },
    { name: "an index with an INCLUDE list", artifacts: given({ ...narrow, includedColumns: ["total"] }, wide) },
    { name: "the index of a partition", artifacts: given({ ...narrow, partOfIndex: relation("p") }, wide) },
    { name: "a small index", artifacts: given({ ...narrow, sizeBytes: 8192 }, wide) },
  ],
});
