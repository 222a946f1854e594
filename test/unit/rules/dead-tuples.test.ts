import rule from "../../../rules/dead-tuples/index.ts";
import { artifacts, hoursAgo, session, sessions, setting, table, tableStatistic } from "../../../src/testing.ts";
import { ruleSuite } from "../../support/rule-suite.ts";

const tables = [table("orders")];

ruleSuite(rule, {
  loud: [
    {
      name: "a table with a third of dead rows",
      artifacts: artifacts({ tables, tableStatistics: [tableStatistic("orders", { deadRows: 500_000 })] }),
      expect: {
        subject: { kind: "table", table: { schema: "public", name: "orders" } },
        messageIncludes: [
          "500,000 of 1,500,000 rows in orders (33 %)",
          `at ${hoursAgo(1)}, by autovacuum`,
          "above 200,050 dead",
        ],
        recommendation: { kind: "vacuum-table", table: { schema: "public", name: "orders" } },
      },
    },
    {
      name: "a table without autovacuum that was never vacuumed",
      artifacts: artifacts({
        tables: [table("orders", { storageOptions: ["autovacuum_enabled=off"] })],
        tableStatistics: [tableStatistic("orders", { deadRows: 500_000, lastAutovacuumAt: null })],
      }),
      expect: { messageIncludes: ["No vacuum since the counters began", "autovacuum is off for this table"] },
    },
    {
      name: "the old transaction that holds vacuum back",
      artifacts: artifacts({
        tables,
        tableStatistics: [tableStatistic("orders", { deadRows: 500_000, lastVacuumAt: hoursAgo(0.5) })],
        sessions: sessions([session(7, { application: "report", holdsSnapshot: true, transactionSeconds: 7200 })]),
      }),
      expect: { messageIncludes: ["by hand", "The transaction of pid 7 (report) is 2 h old"] },
    },
  ],
  quiet: [
    {
      name: "a table below its threshold",
      artifacts: artifacts({
        tables: [table("orders", { storageOptions: ["autovacuum_vacuum_scale_factor=0.6"] })],
        tableStatistics: [tableStatistic("orders", { deadRows: 500_000 })],
      }),
    },
    {
      name: "a server with a higher threshold",
      artifacts: artifacts({
        tables,
        tableStatistics: [tableStatistic("orders", { deadRows: 500_000 })],
        settings: [setting("autovacuum_vacuum_threshold", "600000")],
      }),
    },
    {
      name: "a table that is being vacuumed",
      artifacts: artifacts({
        tables,
        tableStatistics: [tableStatistic("orders", { deadRows: 500_000, isBeingVacuumed: true })],
      }),
    },
    {
      name: "few dead rows in a small table",
      artifacts: artifacts({
        tables: [table("queue", { estimatedRows: 10 })],
        tableStatistics: [tableStatistic("queue", { liveRows: 10, deadRows: 9_999 })],
      }),
    },
    {
      name: "a small share of dead rows",
      artifacts: artifacts({ tables, tableStatistics: [tableStatistic("orders", { deadRows: 240_000 })] }),
    },
  ],
});
