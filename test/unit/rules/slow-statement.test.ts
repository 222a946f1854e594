import rule from "../../../rules/slow-statement/index.ts";
import { artifacts, plan, planNode, plans, relation, statement, statements } from "../../../src/testing.ts";
import { ruleSuite } from "../../support/rule-suite.ts";

const slow = statement("select * from orders where note like $1", { calls: 1000, meanMs: 400, maxMs: 900 });
const busy = statement("select 1 from users where id = $1", { calls: 1_000_000, meanMs: 1 });
const scan = planNode({ relation: relation("orders"), totalCost: 900, relationship: "outer" });

ruleSuite(rule, {
  loud: [
    {
      name: "a slow statement of some weight",
      artifacts: artifacts({ statements: statements([slow, busy]) }),
      expect: {
        severity: "warning",
        confidence: "measured",
        messageIncludes: ["1,000 calls (100 calls/h)", "mean 400 ms", "longest 900 ms", "29 %", "mean only"],
        savesMsPerHour: 40_000,
        topics: [`statement:${slow.fingerprint}`],
      },
    },
    {
      name: "a statement that is most of a busy database, with its costliest node",
      artifacts: artifacts({
        statements: statements([slow]),
        plans: plans([plan(slow, planNode({ operator: "sort", totalCost: 1000, children: [scan] }))]),
      }),
      expect: {
        severity: "critical",
        check: ([finding]) => {
          const [advice] = finding?.recommendations ?? [];
          if (advice?.summary.includes("Seq Scan on orders has 90 %") !== true) throw new Error(advice?.summary);
        },
      },
    },
    {
      name: "one run that was most of the time, as information",
      artifacts: artifacts({ statements: statements([statement("select 2", { calls: 1, meanMs: 9000 })]) }),
      expect: { severity: "info" },
    },
    {
      name: "a statement over an unknown window, without a rate",
      artifacts: artifacts({ statements: statements([slow], { hours: null }) }),
      expect: { severity: "warning", savesMsPerHour: null },
    },
  ],
  quiet: [
    { name: "a fast statement that is all of the time", artifacts: artifacts({ statements: statements([busy]) }) },
    {
      name: "a slow statement that ran four times",
      artifacts: artifacts({ statements: statements([busy, statement("select 2", { calls: 4, meanMs: 9000 })]) }),
    },
    {
      name: "one short run that was all of the time",
      artifacts: artifacts({ statements: statements([statement("select 2", { calls: 1, meanMs: 90 })]) }),
    },
    {
      name: "a slow statement without weight",
      artifacts: artifacts({ statements: statements([busy, statement("select 3", { calls: 10, meanMs: 200 })]) }),
    },
    {
      name: "a utility statement",
      artifacts: artifacts({ statements: statements([statement("vacuum orders", { kind: "utility", meanMs: 9000 })]) }),
    },
    {
      name: "a text of unknown kind that is no query",
      artifacts: artifacts({
        statements: statements([statement("copy orders to", { kind: "unknown", meanMs: 9000 })]),
      }),
    },
  ],
});
