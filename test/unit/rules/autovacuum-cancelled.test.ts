import assert from "node:assert/strict";
import rule from "../../../rules/autovacuum-cancelled/index.ts";
import type { LoggedAutovacuum, TableStatistic } from "../../../src/rule.ts";
import {
  artifacts,
  databaseCounters,
  hoursAgo,
  logFacts,
  loggedAutovacuum,
  relation,
  tableStatistic,
} from "../../../src/testing.ts";
import { ruleSuite } from "../../support/rule-suite.ts";

const autovacuums = (...all: readonly Partial<LoggedAutovacuum>[]) =>
  logFacts({ autovacuums: all.map((fields) => loggedAutovacuum(fields)) });
const never = { cancelled: 4, completed: 0 };
const counted = (database: string, fields: Partial<TableStatistic>, log = autovacuums(never)) =>
  artifacts({
    log,
    tableStatistics: [tableStatistic("orders", { deadRows: 250_000, ...fields })],
    databaseCounters: databaseCounters({ database }),
  });

ruleSuite(rule, {
  loud: [
    {
      name: "a table whose autovacuum never ended in the log",
      artifacts: artifacts({ log: autovacuums(never) }),
      expect: {
        severity: "warning",
        confidence: "measured",
        subject: { kind: "table", table: relation("orders") },
        messageIncludes: [
          "Autovacuum of orders in database shop was cancelled 4 times",
          "it names only those longer than log_autovacuum_min_duration",
        ],
        recommendation: { kind: "vacuum-table", table: relation("orders") },
        topics: [],
      },
    },
    {
      name: "a table without any autovacuum since long, with its dead rows",
      artifacts: counted("shop", { lastAutovacuumAt: hoursAgo(200) }),
      expect: {
        severity: "warning",
        messageIncludes: [`none has come to an end since ${hoursAgo(200)}`, "250,000 dead rows"],
        topics: ["table:public.orders"],
      },
    },
    {
      name: "a table that was never vacuumed",
      artifacts: counted("shop", { lastAutovacuumAt: null }),
      expect: { severity: "warning", messageIncludes: ["none has ever come to an end"] },
    },
    {
      name: "a table that was vacuumed at last, by the counters, as information",
      artifacts: counted("shop", { lastAutovacuumAt: hoursAgo(1) }),
      expect: { severity: "info", messageIncludes: [`the last one came to an end at ${hoursAgo(1)}`] },
    },
    {
      name: "a table that was vacuumed once in the log, as information",
      artifacts: artifacts({ log: autovacuums({ cancelled: 5, completed: 1 }) }),
      expect: { severity: "info", messageIncludes: ["1 came to an end in the same time"] },
    },
    {
      name: "a table of another database without the counters of its namesake",
      artifacts: counted("archive", { lastAutovacuumAt: hoursAgo(1) }),
      expect: {
        severity: "warning",
        messageIncludes: ["in database shop"],
        check: ([finding]) => assert.doesNotMatch(finding?.message ?? "", /\d dead row/),
      },
    },
    {
      name: "a name with a dot that cannot be told apart, without a vacuum to paste",
      artifacts: artifacts({ log: autovacuums({ ...never, table: "shop.public.orders.2026" }) }),
      expect: {
        subject: { kind: "table", table: { schema: "", name: "shop.public.orders.2026" } },
        check: ([finding]) =>
          assert.deepEqual(
            finding?.recommendations.map(({ action }) => action.kind),
            ["advice"],
          ),
      },
    },
  ],
  quiet: [
    { name: "a log without autovacuums", artifacts: artifacts({ log: logFacts() }) },
    { name: "autovacuums that end", artifacts: artifacts({ log: autovacuums({ completed: 50 }) }) },
    { name: "few cancelled ones", artifacts: artifacts({ log: autovacuums({ cancelled: 2, completed: 0 }) }) },
    {
      name: "a small share of cancelled ones",
      artifacts: artifacts({ log: autovacuums({ cancelled: 4, completed: 5 }) }),
    },
    {
      name: "few cancelled ones of each of two tables",
      artifacts: artifacts({
        log: autovacuums(
          { cancelled: 2, completed: 0 },
          { cancelled: 2, completed: 0, table: "shop.public.customers" },
        ),
      }),
    },
    {
      name: "few cancelled ones of a table with many dead rows",
      artifacts: counted("shop", { lastAutovacuumAt: null }, autovacuums({ cancelled: 2, completed: 0 })),
    },
    {
      name: "cancelled ones below a raised threshold",
      artifacts: artifacts({ log: autovacuums(never) }),
      thresholds: { minCancelled: 5 },
    },
  ],
});
