import rule from "../../../rules/temporary-file-spill/index.ts";
import { artifacts, fingerprintOf, serverInfo, setting, statement, statements } from "../../../src/testing.ts";
import { ruleSuite } from "../../support/rule-suite.ts";

const QUERY = "select * from orders order by total";
const server = serverInfo();
const settings = [setting("work_mem", "4096", { unit: "kB" })];
const spilling = (tempBlocksWritten: number | null, calls = 100) =>
  statement(QUERY, { calls, totalMs: 10_000, tempBlocksWritten });

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
    { name: "no calls", artifacts: artifacts({ server, statements: statements([spilling(102_400, 0)]) }) },
  ],
});
