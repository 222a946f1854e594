import rule from "../../../rules/stale-statistics/index.ts";
import { artifacts, hoursAgo, setting, table, tableStatistic } from "../../../src/testing.ts";
import { ruleSuite } from "../../support/rule-suite.ts";

const NEVER = { lastAnalyzeAt: null, lastAutoanalyzeAt: null };

ruleSuite(rule, {
  loud: [
    {
      name: "a table of which a quarter changed",
      artifacts: artifacts({
        tables: [table("orders")],
        tableStatistics: [tableStatistic("orders", { modifiedSinceAnalyze: 250_000 })],
      }),
      expect: {
        severity: "warning",
        subject: { kind: "table", table: { schema: "public", name: "orders" } },
        messageIncludes: [
          "250,000 rows of orders",
          "25 % of about 1,000,000 rows",
          hoursAgo(1),
          "after 100,050 changed rows",
        ],
        recommendation: { kind: "analyze-table", table: { schema: "public", name: "orders" } },
      },
    },
    {
      name: "a large table that was never analyzed",
      artifacts: artifacts({
        tables: [table("imports", { estimatedRows: null })],
        tableStatistics: [tableStatistic("imports", { ...NEVER, liveRows: 50_000, modifiedSinceAnalyze: 50_000 })],
      }),
      expect: { messageIncludes: ["imports holds about 50,000 rows and was never analyzed"] },
    },
    {
      name: "a table whose autovacuum is off",
      artifacts: artifacts({
        tables: [table("billing.invoices", { storageOptions: ["autovacuum_enabled=false"] })],
        tableStatistics: [tableStatistic("billing.invoices", { modifiedSinceAnalyze: 900_000 })],
      }),
      expect: { messageIncludes: ["billing.invoices", "autovacuum is off for this table"] },
    },
    {
      name: "a second load as large as the first",
      artifacts: artifacts({
        tables: [table("orders", { estimatedRows: 200_000 })],
        tableStatistics: [
          tableStatistic("orders", {
            rowsInserted: 400_000,
            rowsUpdated: 0,
            rowsHotUpdated: 0,
            rowsDeleted: 0,
            liveRows: 400_000,
            modifiedSinceAnalyze: 200_000,
          }),
        ],
      }),
      expect: { count: 1 },
    },
  ],
  quiet: [
    {
      name: "changes below twice the default threshold",
      artifacts: artifacts({
        tables: [table("orders")],
        tableStatistics: [tableStatistic("orders", { modifiedSinceAnalyze: 200_099 })],
      }),
    },
    {
      name: "a small table",
      artifacts: artifacts({
        tables: [table("settings", { estimatedRows: 900 })],
        tableStatistics: [tableStatistic("settings", { liveRows: 9_999, modifiedSinceAnalyze: 9_999 })],
      }),
    },
    {
      name: "a table whose own options allow more changes",
      artifacts: artifacts({
        tables: [table("orders", { storageOptions: ["autovacuum_analyze_scale_factor=0.5"] })],
        tableStatistics: [tableStatistic("orders", { modifiedSinceAnalyze: 250_000 })],
      }),
    },
    {
      name: "a server whose settings allow more changes",
      artifacts: artifacts({
        tables: [table("orders")],
        tableStatistics: [tableStatistic("orders", { modifiedSinceAnalyze: 250_000 })],
        settings: [setting("autovacuum_analyze_scale_factor", "0.5")],
      }),
    },
    {
      name: "a load whose counters arrived after its analyze",
      artifacts: artifacts({
        tables: [table("orders", { estimatedRows: 199_800 })],
        tableStatistics: [
          tableStatistic("orders", {
            rowsInserted: 200_000,
            rowsUpdated: 0,
            rowsHotUpdated: 0,
            rowsDeleted: 0,
            liveRows: 399_800,
            modifiedSinceAnalyze: 200_000,
          }),
        ],
      }),
    },
    {
      name: "a partitioned parent",
      artifacts: artifacts({
        tables: [table("events", { kind: "partitioned-table", estimatedRows: null })],
        tableStatistics: [tableStatistic("events", { ...NEVER })],
      }),
    },
    {
      name: "an analyzed table whose counters were reset",
      artifacts: artifacts({ tables: [table("orders")], tableStatistics: [tableStatistic("orders", { ...NEVER })] }),
    },
  ],
});
