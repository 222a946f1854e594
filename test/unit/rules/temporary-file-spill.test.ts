import assert from "node:assert/strict";
import rule from "../../../rules/temporary-file-spill/index.ts";
import type { LoggedTemporaryFiles } from "../../../src/rule.ts";
import {
  artifacts,
  fingerprintOf,
  logFacts,
  loggedTemporaryFiles,
  occurrences,
  serverInfo,
  setting,
  statement,
  statements,
} from "../../../src/testing.ts";
import { ruleSuite } from "../../support/rule-suite.ts";

const QUERY = "select * from orders order by total";
const server = serverInfo();
const settings = [setting("work_mem", "4096", { unit: "kB" })];
const spilling = (tempBlocksWritten: number | null, calls = 100) =>
  statement(QUERY, { calls, totalMs: 10_000, tempBlocksWritten });
/** The statement as a log knows it: without counters of blocks. */
const timed = spilling(null);
const log = (...files: readonly Partial<LoggedTemporaryFiles>[]) =>
  logFacts({ temporaryFiles: files.map((fields) => loggedTemporaryFiles(fields)) });

ruleSuite(rule, {
  loud: [
    {
      name: "a sort of 8 MB a call",
      artifacts: artifacts({ server, settings, statements: statements([spilling(102_400)]) }),
      expect: {
        confidence: "measured",
        subject: { kind: "statement", fingerprint: fingerprintOf(QUERY), query: QUERY },
        messageIncludes: [
          "800 MB of temporary files in 100 calls (mean 8 MB a call)",
          "work_mem (4 MB on this server)",
        ],
        recommendation: { kind: "advice" },
        topics: [`statement:${fingerprintOf(QUERY)}`],
      },
    },
    {
      name: "a spill on a server whose settings are unknown",
      artifacts: artifacts({ server, statements: statements([spilling(102_400)]) }),
      expect: { messageIncludes: ["do not fit into work_mem."] },
    },
    {
      name: "files of a log, over two databases",
      artifacts: artifacts({
        log: log({}, { database: "archive", largestBytes: 31_457_280 }),
        statements: statements([timed]),
      }),
      expect: {
        confidence: "measured",
        subject: { kind: "statement", fingerprint: fingerprintOf(QUERY), query: QUERY },
        messageIncludes: [
          "A statement wrote 200 MB in 20 temporary files of up to 30 MB, at 2026-11-23 11:59 UTC",
          "It takes 100 % of database time.",
          "Files smaller than log_temp_files are not counted.",
        ],
        recommendation: { kind: "advice" },
        topics: [`statement:${fingerprintOf(QUERY)}`],
      },
    },
    {
      name: "a statement of the log whose time is not known, with the threshold of the log",
      artifacts: artifacts({
        log: log({}),
        statements: statements([]),
        settings: [...settings, setting("log_temp_files", "1024", { unit: "kB" })],
      }),
      expect: { messageIncludes: ["in database shop", "work_mem (4 MB on this server)", "Files smaller than 1 MB"] },
    },
    {
      name: "a log that has all files, without a reservation",
      artifacts: artifacts({
        log: log({}),
        statements: statements([]),
        settings: [setting("log_temp_files", "0", { unit: "kB" })],
      }),
      expect: { check: ([finding]) => assert.doesNotMatch(finding?.message ?? "", /not counted/) },
    },
    {
      name: "files of unnamed statements, by database",
      artifacts: artifacts({
        log: log({ statement: null }, { statement: null, database: null }),
        statements: statements([]),
      }),
      expect: {
        count: 2,
        subject: { kind: "database", database: "shop" },
        messageIncludes: ["Statements that the log does not name wrote 100 MB"],
        topics: [],
        check: ([, second]) => assert.deepEqual(second?.subject, { kind: "server" }),
      },
    },
    {
      name: "a statement that counters and log both have once, with the files of the log as evidence",
      artifacts: artifacts({ server, settings, log: log({}), statements: statements([spilling(102_400)]) }),
      expect: {
        count: 1,
        messageIncludes: ["800 MB of temporary files in 100 calls"],
        check: ([finding]) => {
          const names = finding?.evidence.flatMap((one) => (one.kind === "metric" ? [one.name] : []));
          assert.deepEqual(names, ["temporary files written", "temporary files in the log", "largest temporary file"]);
        },
      },
    },
    {
      name: "what the log has where counters of blocks have no size",
      artifacts: artifacts({ log: log({}), statements: statements([spilling(102_400)]) }),
      expect: { count: 1, messageIncludes: ["wrote 100 MB in database shop in 10 temporary files"] },
    },
  ],
  quiet: [
    { name: "a statement in memory", artifacts: artifacts({ server, statements: statements([spilling(0)]) }) },
    { name: "unknown counters", artifacts: artifacts({ server, statements: statements([spilling(null)]) }) },
    { name: "little a call", artifacts: artifacts({ server, statements: statements([spilling(102_400, 1_000)]) }) },
    { name: "little in all", artifacts: artifacts({ server, statements: statements([spilling(6_399, 1)]) }) },
    {
      name: "a statement that takes no time",
      artifacts: artifacts({
        server,
        statements: statements([spilling(102_400), statement("select $1", { totalMs: 10_000_000 })]),
      }),
    },
    {
      name: "counters of blocks whose size is not known",
      artifacts: artifacts({ statements: statements([spilling(102_400)]) }),
    },
    {
      name: "a log without temporary files",
      artifacts: artifacts({ log: logFacts(), statements: statements([timed]) }),
    },
    {
      name: "few bytes in a log",
      artifacts: artifacts({ log: log({ totalBytes: 52_428_799 }), statements: statements([timed]) }),
    },
    {
      name: "small files in a log",
      artifacts: artifacts({ log: log(occurrences([101])), statements: statements([timed]) }),
    },
    {
      name: "a statement of the log that takes no time",
      artifacts: artifacts({
        log: log({}),
        statements: statements([timed, statement("select $1", { totalMs: 10_000_000 })]),
      }),
    },
    {
      name: "a statement of the log whose counters say little a call",
      artifacts: artifacts({ server, log: log({}), statements: statements([spilling(102_400, 1_000)]) }),
    },
    { name: "no calls", artifacts: artifacts({ server, statements: statements([spilling(102_400, 0)]) }) },
  ],
});
