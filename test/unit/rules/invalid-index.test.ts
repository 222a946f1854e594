import rule from "../../../rules/invalid-index/index.ts";
import { artifacts, index } from "../../../src/testing.ts";
import { ruleSuite } from "../../support/rule-suite.ts";

const broken = index("orders_note", "orders", ["note"], { isValid: false });

ruleSuite(rule, {
  loud: [
    {
      name: "a failed build",
      artifacts: artifacts({ indexes: [broken] }),
      expect: {
        recommendation: { kind: "reindex" },
        messageIncludes: ["every write still maintains it", "20 MB"],
        topics: ["index:public.orders_note"],
      },
    },
    {
      name: "the remains of a failed reindex",
      artifacts: artifacts({ indexes: [{ ...broken, name: "orders_note_ccnew" }] }),
      expect: { recommendation: { kind: "drop-index" } },
    },
    {
      name: "a partitioned parent",
      artifacts: artifacts({ indexes: [{ ...broken, isPartitionedParent: true, sizeBytes: null }] }),
      expect: { recommendation: { kind: "advice" }, messageIncludes: ["at least one partition"] },
    },
  ],
  quiet: [
    { name: "a valid index", artifacts: artifacts({ indexes: [{ ...broken, isValid: true }] }) },
    { name: "a build that runs", artifacts: artifacts({ indexes: [{ ...broken, isBuilding: true }] }) },
    { name: "no index at all", artifacts: artifacts({ indexes: [] }) },
  ],
});
